import { test } from 'tap';
import { Output, type Sink } from '../src/output.ts';

function sink(): Sink & { readonly lines: string[] } {
  const lines: string[] = [];
  return { lines, write: (text: string) => lines.push(text.trimEnd()) };
}

test('every line of a part has its name before it, and goes where it came from', (t) => {
  const [stdout, stderr] = [sink(), sink()];
  const output = new Output({ stdout, stderr });
  output.say('Starting …');
  output.line('api', 'one');
  output.line('web', 'two', 'stderr');
  t.strictSame([stdout.lines, stderr.lines], [['Starting …', 'api | one'], ['web | two']]);
  t.end();
});

test('where to click is said again before it has left the window', (t) => {
  const [stdout, stderr] = [sink(), sink()];
  const output = new Output({ stdout, stderr });
  for (let line = 0; line < 100; line++) output.line('api', 'early');
  output.keepInSight('Open here');
  for (let line = 0; line < 60; line++) output.line('api', 'x', line % 2 === 0 ? 'stdout' : 'stderr');
  t.equal(stdout.lines.filter((line) => line === 'Open here').length, 2);
  t.end();
});
