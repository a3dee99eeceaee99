import { mock } from 'node:test';
import { type Test, test } from 'tap';
import { memoryRevocationLog, type RevocationEntry, type RevocationLog } from '../src/index.ts';

const HOUR_MS = 3_600_000;

const tokenEntry = (number: number, expiresAt: number): RevocationEntry => ({
  type: 'token',
  tokenSha256: number.toString(16).padStart(64, '0'),
  expiresAt,
  at: 0,
});

/** What a new follower hears, and how it stops. */
function listen(log: RevocationLog): { heard: unknown[]; stop: () => void } {
  const heard: unknown[] = [];
  const stop = log.follow({
    entry: (entry) => void heard.push(entry),
    confirm: (asOf) => void heard.push(asOf),
    error: (error) => void heard.push(error),
  });
  return { heard, stop };
}

/** Time stands still. */
function stopClock(t: Test): number {
  const now = Date.now();
  mock.timers.enable({ apis: ['Date'], now });
  t.teardown(() => mock.timers.reset());
  return now;
}

test('a follower hears what there is, that this is all, what comes, and nothing once it has left', async (t) => {
  const log = memoryRevocationLog();
  const [first, second, third] = [1, 2, 3].map((number) => tokenEntry(number, Date.now() + HOUR_MS));
  if (!(first && second && third)) throw new Error('no entries');
  await log.append(first);
  const one = listen(log);
  await log.append(second);
  one.stop();
  await log.append(third);
  t.strictSame(one.heard, [first, Number.POSITIVE_INFINITY, second]);
  t.strictSame(listen(log).heard, [first, second, third, Number.POSITIVE_INFINITY]);
});

test('of 1024 entries those that have ended are forgotten, and an entry has ended at its end', async (t) => {
  const now = stopClock(t);
  const log = memoryRevocationLog();
  const alive = [tokenEntry(2000, now + 1), tokenEntry(1000, now + 1)];
  for (const entry of alive) await log.append(entry);
  for (let number = 2; number < 1023; number++) await log.append(tokenEntry(number, now));
  t.equal(listen(log).heard.length, 1024, 'all of fewer, and the word that this is all');
  await log.append(tokenEntry(1023, now));
  t.strictSame(listen(log).heard, [...alive, Number.POSITIVE_INFINITY], 'and the others stay in their order');
});

test('however many entries are alive, they are looked through seldom', async (t) => {
  const log = memoryRevocationLog();
  const end = Date.now() + HOUR_MS;
  // The time is asked for once each time that they are.
  const asked = t.capture(Date, 'now', Date.now);
  for (let number = 0; number < 10_000; number++) await log.append(tokenEntry(number, end));
  t.equal(asked().length, 4, 'at 1024, 2048, 4096 and 8192');
});

test('the memory log forgets what has ended and keeps what has not', async (t) => {
  const log = memoryRevocationLog();
  const dead = (i: number) => ({ type: 'token', tokenSha256: i.toString(16).padStart(64, '0'), expiresAt: 1 }) as const;
  await log.append({ type: 'block', subject: 'a' });
  await log.append({ type: 'block', subject: 'b' });
  await log.append({ type: 'unblock', subject: 'b' });
  await log.append({ type: 'unblock', subject: 'c' });
  await log.append({ type: 'block', subject: 'c' });
  await log.append({ type: 'subject', subject: 'd', issuedBefore: 1, expiresAt: Date.now() + HOUR_MS });
  for (let i = 0; i < 5000; i++) await log.append(dead(i));
  const delivered: string[] = [];
  log.follow({
    entry: (entry) =>
      void (entry.type === 'token' || delivered.push(`${entry.type} ${'subject' in entry && entry.subject}`)),
    confirm: () => undefined,
    error: () => undefined,
  });
  t.same(delivered, ['block a', 'block c', 'subject d']);
});
