import { mock } from 'node:test';
import { test } from 'tap';
import type { RevocationEntry, RevocationFollower } from '../src/index.ts';
import { readFacts } from '../src/lookup/tokeninfo/response.ts';
import { KnownToken } from '../src/memory/known-token.ts';
import { RevocationIndex } from '../src/revocations/revocation-index.ts';
import { remoteLog } from './fixtures/remote-log.ts';
import { user } from './fixtures/tokeninfo-bodies.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const SECOND_MS = 1000;

const nobody = { onToken() {}, onSubject() {}, onBlock() {}, onEveryone() {} };

/** A confirmed view, and the log's end of it. */
function follow(): { index: RevocationIndex; follower: RevocationFollower } {
  const { log, follower } = remoteLog();
  const settings = { tokenLifetimeMs: HOUR_MS, maxStalenessMs: 5000, onStale: 'refuse' } as const;
  const index = new RevocationIndex(log, settings, nobody);
  follower().confirm(Date.now());
  return { index, follower: follower() };
}

function known(expiresAt: number): KnownToken {
  const facts = readFacts(user());
  if (facts === undefined) throw new Error('no facts');
  return new KnownToken({ ...facts, expiresAt }, { key: 'key', asker: test, statedAt: Date.now() });
}

const tokenEntry = (number: number, expiresAt: number): RevocationEntry => ({
  type: 'token',
  tokenSha256: number.toString(16).padStart(64, '0'),
  expiresAt,
});

test('a sign-out of everyone meets what was issued before its moment, and not what was issued at it', (t) => {
  const { index, follower } = follow();
  t.teardown(() => index.close());
  const issuedBefore = Date.now();
  follower.entry({ type: 'everyone', issuedBefore, expiresAt: issuedBefore + HOUR_MS });
  t.ok(index.revokes(known(issuedBefore - 1 + HOUR_MS)));
  t.notOk(index.revokes(known(issuedBefore + HOUR_MS)));
  t.end();
});

test('a revocation is listed until its end, and not at its end', (t) => {
  const { index, follower } = follow();
  t.teardown(() => index.close());
  const end = Date.now() + HOUR_MS;
  follower.entry(tokenEntry(1, end));
  follower.entry({ type: 'everyone', issuedBefore: 1000, expiresAt: end });
  const types = (now: number) => [...index.entries(now)].map(({ type }) => type);
  t.strictSame(types(end - 1), ['everyone', 'token']);
  t.strictSame(types(end), []);
  t.end();
});

test('what is said about a revocation is listed with it, and nothing that was not said', (t) => {
  const expiresAt = Date.now() + HOUR_MS;
  const entries: RevocationEntry[] = [
    { type: 'everyone', issuedBefore: 1000, expiresAt },
    { type: 'block', subject: '1' },
    { type: 'subject', subject: '2', issuedBefore: 1000, expiresAt },
    tokenEntry(1, expiresAt),
  ];
  for (const note of [{}, { at: 3 }, { reason: 'a laptop was stolen' }, { by: 'admin' }]) {
    const view = follow();
    t.teardown(() => view.index.close());
    const noted = entries.map((entry) => ({ ...entry, ...note }));
    for (const entry of noted) view.follower.entry(entry);
    t.strictSame([...view.index.entries(0)], noted);
  }
  t.end();
});

test('a log that has lost its data is told what is in force', (t) => {
  const { index, follower } = follow();
  t.teardown(() => index.close());
  const expiresAt = Date.now() + HOUR_MS;
  const inForce = tokenEntry(1, expiresAt);
  follower.entry(inForce);
  follower.entry(tokenEntry(2, Date.now() - 1));
  t.strictSame([...(follower.inForce?.() ?? [])], [inForce]);
  t.end();
});

test('in time', async (t) => {
  t.beforeEach(() => mock.timers.enable({ apis: ['Date', 'setInterval'], now: Date.now() }));
  t.afterEach(() => mock.timers.reset());

  await t.test('an entry is kept for a minute after its end', async (t) => {
    const { index, follower } = follow();
    t.teardown(() => index.close());
    const end = Date.now() + 10 * SECOND_MS;
    follower.entry(tokenEntry(1, end));
    follower.entry({ type: 'subject', subject: '1', issuedBefore: end - HOUR_MS, expiresAt: end });
    mock.timers.tick(10 * SECOND_MS + MINUTE_MS - SECOND_MS);
    t.match(index.stats(Date.now()), { tokens: 1, subjects: 1 });
    mock.timers.tick(SECOND_MS);
    t.match(index.stats(Date.now()), { tokens: 0, subjects: 0 }, 'and dropped at the end of that minute');
  });

  await t.test('a flood of entries that have ended leaves in portions of ten thousand a second', async (t) => {
    const { index, follower } = follow();
    t.teardown(() => index.close());
    for (let number = 0; number < 25_000; number++) follower.entry(tokenEntry(number, 0));
    for (let number = 0; number < 10; number++)
      follower.entry({ type: 'subject', subject: String(number), issuedBefore: 0, expiresAt: 0 });
    mock.timers.tick(SECOND_MS);
    t.match(index.stats(Date.now()), { tokens: 15_000, subjects: 10 });
    mock.timers.tick(SECOND_MS);
    t.match(index.stats(Date.now()), { tokens: 5_000, subjects: 10 });
    mock.timers.tick(SECOND_MS);
    t.match(index.stats(Date.now()), { tokens: 0, subjects: 0 });
    follower.entry(tokenEntry(1, 0));
    mock.timers.tick(SECOND_MS);
    t.match(index.stats(Date.now()), { tokens: 0 }, 'and what comes later leaves as well');
  });

  await t.test('a closed view has no more work', async (t) => {
    const { index, follower } = follow();
    follower.entry(tokenEntry(1, 0));
    index.close();
    mock.timers.tick(MINUTE_MS);
    t.match(index.stats(Date.now()), { tokens: 1 });
  });
});
