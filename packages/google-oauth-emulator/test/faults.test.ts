import { once } from 'node:events';
import { connect } from 'node:net';
import t from 'tap';
import type { Fault, GoogleEmulator } from '../src/index.ts';
import { postForm, start } from './browser.ts';

function ask(emulator: GoogleEmulator, init: RequestInit = {}): Promise<Response> {
  return fetch(`${emulator.url}/tokeninfo?access_token=${emulator.mintToken()}`, { redirect: 'manual', ...init });
}

t.test('status, with Google’s body or with any other', async (t) => {
  const emulator = await start(t);
  emulator.faults.set({ path: '/tokeninfo', kind: 'status', status: 503 });
  const first = await ask(emulator);
  t.equal(first.status, 503);
  t.same(await first.json(), {
    error: { code: 503, message: 'The service is currently unavailable.', status: 'UNAVAILABLE' },
  });
  const headers = { 'Retry-After': '7', 'Content-Type': 'text/plain' };
  emulator.faults.set({ path: '/tokeninfo', kind: 'status', status: 429, headers, body: 'slow down' });
  const second = await ask(emulator);
  t.equal(second.status, 429);
  t.equal(second.headers.get('retry-after'), '7');
  t.equal(second.headers.get('content-type'), 'text/plain');
  t.equal(await second.text(), 'slow down');
  emulator.faults.set({ path: '/tokeninfo', kind: 'status', status: 200, body: { aud: 1 } });
  t.same(await (await ask(emulator)).json(), { aud: 1 });
});

t.test('html: Google’s error page', async (t) => {
  const emulator = await start(t);
  emulator.faults.set({ path: '*', kind: 'html', status: 429 });
  const answer = await ask(emulator);
  t.equal(answer.status, 429);
  t.equal(answer.headers.get('content-type'), 'text/html; charset=UTF-8');
  t.match(await answer.text(), 'Error 429 (Too Many Requests)!!1');
  emulator.faults.set({ path: '*', kind: 'html' });
  t.equal((await ask(emulator)).status, 503);
});

t.test('redirect', async (t) => {
  const emulator = await start(t);
  emulator.faults.set({ path: '/tokeninfo', kind: 'redirect', location: 'http://evil.example/' });
  const answer = await ask(emulator);
  t.equal(answer.status, 302);
  t.equal(answer.headers.get('location'), 'http://evil.example/');
});

t.test('reset: the connection breaks', async (t) => {
  const emulator = await start(t);
  emulator.faults.set({ path: '/tokeninfo', kind: 'reset' });
  await t.rejects(ask(emulator), { cause: { code: 'ECONNRESET' } });
});

t.test('truncated: half of the body arrives', async (t) => {
  const emulator = await start(t);
  emulator.faults.set({ path: '/tokeninfo', kind: 'truncated' });
  const answer = await ask(emulator);
  t.equal(answer.status, 200);
  await t.rejects(answer.text());
});

t.test('latency: the answer is made first and held back, so it can be out of date when it comes', async (t) => {
  const emulator = await start(t);
  const token = emulator.mintToken();
  emulator.faults.set({ path: '/tokeninfo', kind: 'latency', ms: 100, times: 1 });
  const pending = postForm(emulator, '/tokeninfo', { access_token: token });
  while (emulator.calls.count('/tokeninfo') === 0) await new Promise((resolve) => setImmediate(resolve));
  t.equal((await postForm(emulator, '/revoke', { token })).status, 200);
  t.equal((await pending).status, 200);
  t.equal((await postForm(emulator, '/tokeninfo', { access_token: token })).status, 400);
});

t.test('hang: no answer, for as long as the caller likes to wait', async (t) => {
  const emulator = await start(t);
  emulator.faults.set({ path: '/tokeninfo', kind: 'hang' });
  const caller = new AbortController();
  const asked = ask(emulator, { signal: caller.signal });
  while (emulator.calls.count('/tokeninfo') === 0) await new Promise((resolve) => setImmediate(resolve));
  // It has arrived, which may take longer than this on a busy machine.
  setTimeout(() => caller.abort(), 50);
  await t.rejects(asked, { name: 'AbortError' });
  t.match(emulator.calls[0], { path: '/tokeninfo', fault: 'hang', status: undefined });
});

t.test('capacity: so many are served at a time, the others wait their turn and get the true answer', async (t) => {
  const emulator = await start(t);
  emulator.faults.set({ path: '/tokeninfo', kind: 'capacity', atOnce: 2, ms: 50 });
  let ended = 0;
  const startedAt = performance.now();
  const waits = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const answer = await ask(emulator);
      ended += 1;
      return [answer.status, ended, performance.now() - startedAt] as const;
    }),
  );
  t.same(
    waits.map(([status]) => status),
    [200, 200, 200, 200, 200, 200],
  );
  // Three rounds of two: nothing can be faster, however slow the machine is.
  for (const [, place, ms] of waits) t.ok(ms >= Math.ceil(place / 2) * 50 - 5, `number ${place} after ${ms} ms`);
});

t.test('capacity: who gives up takes no place from those behind, and the place that it had is free', async (t) => {
  const emulator = await start(t);
  emulator.faults.set({ path: '/tokeninfo', kind: 'capacity', atOnce: 1, ms: 600_000, times: 2 });
  const callers = [new AbortController(), new AbortController()];
  const held = callers.map(({ signal }) => ask(emulator, { signal }));
  while (emulator.calls.count() < 2) await new Promise((resolve) => setImmediate(resolve));
  t.same(emulator.faults.active(), [], 'it has met two requests and is gone');
  const outcomes = Promise.allSettled(held);
  for (const caller of callers) caller.abort();
  for (const { status } of await outcomes) t.equal(status, 'rejected');
  t.match(emulator.calls, [
    { fault: 'capacity', status: undefined },
    { fault: 'capacity', status: undefined },
  ]);
  t.equal((await ask(emulator)).status, 200);
});

t.test('active tells what is on and how often it still happens; one path can be switched off alone', async (t) => {
  const emulator = await start(t);
  emulator.faults.set({ path: '*', kind: 'hang' });
  emulator.faults.set({ path: '/tokeninfo', kind: 'status', status: 503, times: 2 });
  t.equal((await ask(emulator)).status, 503);
  t.same(emulator.faults.active(), [
    { path: '*', kind: 'hang' },
    { path: '/tokeninfo', kind: 'status', status: 503, headers: {}, times: 1 },
  ]);
  emulator.faults.set({ path: '*', kind: 'html' });
  emulator.faults.clear('/tokeninfo');
  t.same(emulator.faults.active(), [{ path: '*', kind: 'html' }]);
  emulator.faults.clear('/tokeninfo');
  emulator.faults.clear();
  t.same(emulator.faults.active(), []);
});

t.test('every answer of Google’s carries the time of the emulator’s clock', async (t) => {
  const emulator = await start(t);
  for (const ms of [-300_000, 0, 86_400_000]) {
    emulator.clock.reset();
    emulator.clock.advance(ms);
    t.equal(emulator.clock.aheadMs(), ms);
    emulator.faults.set({ path: '/tokeninfo', kind: 'status', status: 503, times: 1 });
    for (const status of [503, 200]) {
      const from = Math.floor(emulator.clock.now() / 1000) * 1000;
      const answer = await ask(emulator);
      t.equal(answer.status, status);
      const date = Date.parse(answer.headers.get('date') ?? '');
      t.ok(date >= from && date <= emulator.clock.now());
    }
  }
});

t.test('requests that are held do not keep close() waiting', async (t) => {
  const emulator = await start(t);
  emulator.faults.set({ path: '/tokeninfo', kind: 'hang', times: 1 });
  emulator.faults.set({ path: '*', kind: 'latency', ms: 600_000 });
  const idle = connect(Number(new URL(emulator.url).port), '127.0.0.1');
  await once(idle, 'connect');
  const held = [ask(emulator), fetch(`${emulator.url}/revoke`, { method: 'POST' })];
  while (emulator.calls.count() < 2) await new Promise((resolve) => setImmediate(resolve));
  const outcomes = Promise.allSettled(held);
  await emulator.close();
  for (const { status } of await outcomes) t.equal(status, 'rejected');
  idle.destroy();
});

t.test('times limits a fault, a path wins over *, clear ends all', async (t) => {
  const emulator = await start(t);
  emulator.faults.set({ path: '*', kind: 'status', status: 500 });
  emulator.faults.set({ path: '/tokeninfo', kind: 'status', status: 503, times: 2 });
  const statuses: number[] = [];
  for (let round = 0; round < 3; round += 1) statuses.push((await ask(emulator)).status);
  t.same(statuses, [503, 503, 500]);
  emulator.faults.clear();
  t.equal((await ask(emulator)).status, 200);
  t.match(
    emulator.calls.map(({ fault }) => fault),
    ['status', 'status', 'status', undefined],
  );
});

t.test('a fault that does not fit is refused by name', async (t) => {
  const emulator = await start(t);
  const wrong: [object, RegExp][] = [
    [{ path: '/typo', kind: 'hang' }, /fault\.path/],
    [{ kind: 'hang' }, /fault\.path/],
    [{ path: '*', kind: 'explode' }, /fault\.kind/],
    [{ path: '*', kind: 'hang', times: 0 }, /fault\.times/],
    [{ path: '*', kind: 'hang', ms: 5 }, /"ms"/],
    [{ path: '*', kind: 'latency', ms: -1 }, /fault\.ms/],
    [{ path: '*', kind: 'status', status: 99 }, /fault\.status/],
    [{ path: '*', kind: 'status', status: 503, headers: { a: 'b\r\nc' } }, /Invalid character/],
    [{ path: '*', kind: 'html', status: 'x' }, /fault\.status/],
    [{ path: '*', kind: 'redirect' }, /fault\.location/],
    [{ path: '*', kind: 'capacity', ms: 1 }, /fault\.atOnce/],
    [{ path: '*', kind: 'capacity', atOnce: 0, ms: 1 }, /fault\.atOnce/],
    [{ path: '*', kind: 'capacity', atOnce: 1 }, /fault\.ms/],
  ];
  const set: (fault: object) => void = (fault) => Reflect.apply(emulator.faults.set, undefined, [fault]);
  for (const [fault, message] of wrong) t.throws(() => set(fault), { name: 'TypeError', message });
  const good: Fault = { path: '/token', kind: 'latency', ms: 1, times: 3 };
  t.doesNotThrow(() => emulator.faults.set(good));
});
