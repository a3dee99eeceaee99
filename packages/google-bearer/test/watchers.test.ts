import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'tap';
import { RetryLaterError, TokenRefusedError } from '../src/index.ts';
import { readFacts } from '../src/lookup/tokeninfo/response.ts';
import { KnownToken } from '../src/memory/known-token.ts';
import { Watchers } from '../src/revocations/watching/watchers.ts';
import { user } from './fixtures/tokeninfo-bodies.ts';

const SUBJECTS = 20_000;
const EACH = 10;

const facts = readFacts(user());

function known(subject: number): KnownToken {
  if (facts === undefined) throw new Error('no facts');
  const origin = { key: `token ${subject}`, asker: test, statedAt: Date.now() };
  return new KnownToken({ ...facts, subject: String(subject) }, origin);
}

test('two hundred thousand watchers of twenty thousand users', async (t) => {
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
