import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { t } from 'tap';
import { sqliteRevocationLog } from '../src/index.ts';
import { temporaryFile } from './fixtures/folder.ts';
import { Recorder } from './fixtures/recorder.ts';

/** Starts a stream of appends and kills it after some; resolves with all that it had acknowledged. */
async function killedStream(path: string, round: number, after: number): Promise<readonly string[]> {
  const script = fileURLToPath(new URL('./fixtures/stream.ts', import.meta.url));
  const argv = ['--conditions=google-bearer-source', script, path, `${round}`];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  const acknowledged: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line);
    if (acknowledged.length === after) child.kill('SIGKILL');
  }
  return acknowledged;
}

t.test('nothing acknowledged is lost by kill -9, ten times on one file', async (t) => {
  const path = temporaryFile(t);
  const acknowledged: string[] = [];
  for (let round = 1; round <= 10; round++) {
    const after = 1 + Math.floor(Math.random() * 150);
    const names = await killedStream(path, round, after);
    t.ok(names.length >= after);
    acknowledged.push(...names);

    using log = sqliteRevocationLog({ path });
    const follower = new Recorder();
    log.follow(follower);
    t.strictSame(follower.errors, []);
    const kept = new Set(follower.told.map((entry) => (entry.type === 'block' ? entry.subject : '')));
    t.strictSame(
      acknowledged.filter((name) => !kept.has(name)),
      [],
      `after round ${round}, killed after ${after}`,
    );
  }
  t.comment(`${acknowledged.length} acknowledged entries`);
});
