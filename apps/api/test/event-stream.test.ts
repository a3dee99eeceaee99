import { once } from 'node:events';
import { mock } from 'node:test';
import t from 'tap';
import { EventStream } from '../src/event-stream.ts';

const HELLO = { event: 'hello', data: { at: 1 }, retryMs: 1_000 };
const REFUSED = { event: 'refused', data: { message: 'two\nlines' }, retryMs: 2_000 };

t.beforeEach(() => mock.timers.enable({ apis: ['setInterval', 'setTimeout'] }));
t.afterEach(() => mock.timers.reset());

t.test('events are as the standard has them', async (t) => {
  const stream = new EventStream(HELLO);
  stream.end(REFUSED);
  stream.end(HELLO);
  let text = '';
  for await (const chunk of stream) text += chunk;
  t.equal(
    text,
    'retry: 1000\nevent: hello\ndata: {"at":1}\n\nretry: 2000\nevent: refused\ndata: {"message":"two\\nlines"}\n\n',
  );
});

t.test('a client that does not read is kept little for, however long', (t) => {
  const stream = new EventStream(HELLO);
  mock.timers.tick(24 * 3_600_000);
  t.ok(stream.readableLength < 1_100, `${stream.readableLength} bytes`);
  stream.end(REFUSED);
  const text = String(stream.read());
  t.match(text, /event: hello/);
  t.match(text, /event: refused/, 'what it ends with is kept all the same');
  t.end();
});

t.test('a stream that is destroyed does nothing more', async (t) => {
  const stream = new EventStream(HELLO);
  stream.destroy();
  await once(stream, 'close');
  mock.timers.tick(60_000);
  stream.end(REFUSED);
  mock.timers.tick(60_000);
  t.equal(stream.errored, null);
});
