import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'tap';
import { RetryLaterError, TokenRefusedError } from '../src/index.ts';
import { readFacts } from '../src/lookup/tokeninfo/response.ts';
import { KnownToken } from '../src/memory/known-token.ts';
import { Groups } from '../src/revocations/watching/groups.ts';
import { Portions } from '../src/revocations/watching/portions.ts';
import { Watchers } from '../src/revocations/watching/watchers.ts';
import { user } from './fixtures/tokeninfo-bodies.ts';

const SUBJECTS = 100_000;
const EACH = 10;

const facts = readFacts(user());

function known(subject: number): KnownToken {
  if (facts === undefined) throw new Error('no facts');
  const origin = { key: `token ${subject}`, asker: test, statedAt: Date.now() };
  return new KnownToken({ ...facts, subject: String(subject) }, origin);
}

test('a million watchers of a hundred thousand users', async (t) => {
  let asked = 0;
  let isStale = false;
  const revoked = new Set<KnownToken>();
  const watchers = new Watchers({
    refusalOf: (token) => {
      asked++;
      return revoked.has(token) ? new TokenRefusedError('ERR_TOKEN_REVOKED') : undefined;
    },
    refusalOfSubject: () => new TokenRefusedError('ERR_TOKEN_REVOKED'),
    staleness: () => (isStale ? new RetryLaterError('ERR_REVOCATIONS_STALE') : undefined),
    freshForMs: () => Number.POSITIVE_INFINITY,
    timeForExpiry: () => Date.now(),
  });
  const tokens = Array.from({ length: SUBJECTS }, (_, subject) => known(subject));
  let told = 0;
  for (let count = 0; count < EACH; count++) for (const token of tokens) watchers.add(token, () => told++);
  t.equal(asked, SUBJECTS * EACH, 'each once, when it came');

  const [first, second, third] = tokens;
  if (first === undefined || second === undefined || third === undefined) throw new Error('no tokens');
  /** How many are asked about, and how many are told. */
  const visited = async (what: () => void): Promise<{ asked: number; told: number }> => {
    asked = told = 0;
    what();
    // They are few: in as many portions at worst, on a machine that is busy.
    for (let count = 0; count < 50; count++) await turn();
    return { asked, told };
  };
  t.same(await visited(() => watchers.onToken('token 1')), { asked: EACH, told: 0 }, 'it does not say so itself');
  revoked.add(first).add(second);
  t.same(await visited(() => watchers.onToken('token 0')), { asked: EACH, told: EACH }, 'a token finds its own');
  t.same(await visited(() => watchers.onToken('token of nobody')), { asked: 0, told: 0 });
  const subject = KnownToken.subjectKey(second) ?? '';
  t.same(await visited(() => watchers.onSubject(subject)), { asked: EACH, told: EACH }, 'and a user');
  t.same(await visited(() => watchers.onBlock(KnownToken.subjectKey(third) ?? '')), { asked: 0, told: EACH });
  t.equal(watchers.size, (SUBJECTS - 3) * EACH);

  asked = told = 0;
  let turns = 0;
  watchers.onEveryone();
  for (; asked < watchers.size; turns++) await turn();
  t.equal(told, 0);
  t.ok(turns > 1, `everyone: ${turns} portions`);

  isStale = true;
  turns = 0;
  const closed = watchers.close();
  for (; watchers.size > 0; turns++) await turn();
  await closed;
  t.equal(told, (SUBJECTS - 3) * EACH);
  t.ok(turns > 1, `stale: ${turns} portions`);
});

test('a portion ends after its time, and a short job does not wait for a long one', async (t) => {
  const portions = new Portions();
  let most = 0;
  let inThisTurn = 0;
  let steps = 0;
  function* work(count: number, onStep: () => void): Generator<void, void> {
    for (let step = 0; step < count; step++) {
      // A ms each at least, so that two are done in a portion at most, and one more.
      for (const end = performance.now() + 1; performance.now() < end; );
      onStep();
      yield;
    }
  }
  portions.add(
    work(100, () => {
      steps++;
      most = Math.max(most, ++inThisTurn);
    }),
  );
  t.equal(steps, 0, 'not at once');
  await Promise.resolve();
  t.ok(steps > 0, 'but before anything else');
  inThisTurn = 0;
  let short = 0;
  portions.add(
    work(1, () => {
      short = steps;
    }),
  );
  for (; steps < 100; inThisTurn = 0) await turn();
  t.ok(most <= 3, `${most}`);
  t.ok(short > 0 && short < 30, `the short one came after ${short} steps of the long one`);
  await portions.idle();
  await portions.idle();
});

test('groups that empty disappear', (t) => {
  const groups = new Groups<string, object>();
  const members = Array.from({ length: 4 }, () => ({}));
  const [a, b, c, d] = members;
  if (!(a && b && c && d)) throw new Error('no members');
  const of = (key: string) => [...(groups.of(key) ?? [])];
  groups.add('x', a);
  groups.add('y', b);
  groups.delete('x', b);
  t.same(of('x').length, 1);
  groups.add('x', c);
  groups.add('x', d);
  t.ok(of('x').every((member, index) => member === [a, c, d][index]));
  t.equal([...groups.all()].length, 4);
  for (const member of members) for (const key of ['x', 'y']) groups.delete(key, member);
  t.equal(groups.of('x'), undefined);
  t.same([...groups.keys()], []);
  groups.add('x', a);
  groups.add('x', a);
  groups.delete('x', a);
  t.same([...groups.keys()], []);
  t.end();
});
