import { test } from 'tap';
import { tokensPerHour, traffic } from '../src/quota/traffic.ts';
import { zipf } from '../src/quota/zipf.ts';
import { seededRandom } from '../src/random.ts';

const MODEL = { users: 1_000, requestsPerHour: 20_000, exponent: 1 };

function take(count: number) {
  return Array.from(
    { length: count },
    (
      (arrivals) => () =>
        arrivals.next().value
    )(traffic(MODEL)),
  );
}

test('each number is drawn as often as Zipf says', async (t) => {
  const counts = [0, 0, 0, 0];
  const draw = zipf(4, 1, seededRandom(1));
  for (let drawn = 0; drawn < 100_000; drawn++) {
    const number = draw();
    counts[number] = (counts[number] ?? 0) + 1;
  }
  const all = 1 + 1 / 2 + 1 / 3 + 1 / 4;
  for (const [k, count] of counts.entries()) {
    t.ok(Math.abs(count / 100_000 - 1 / (k + 1) / all) < 0.01, `number ${k} came ${count} times`);
  }
});

test('with the exponent 0 all are equal, and the least and the greatest draw stay within', async (t) => {
  t.equal(zipf(10, 0, () => 0)(), 0);
  t.equal(zipf(10, 0, () => 0.55)(), 5);
  t.equal(zipf(10, 0, () => 1 - 2 ** -32)(), 9);
});

test('requests come in order, as many an hour as asked for, and the same ones each time', async (t) => {
  const arrivals = take(20_000);
  t.same(take(20_000), arrivals);
  t.ok(arrivals.every(({ atMs }, index) => atMs >= (arrivals[index - 1]?.atMs ?? 0)));
  const lastAt = arrivals.at(-1)?.atMs ?? 0;
  t.ok(Math.abs(lastAt / 3_600_000 - 1) < 0.03, `20 000 requests took ${lastAt} ms`);
});

test('a token has 10 to 60 minutes to live when it comes, and a later one ends later', async (t) => {
  const ends = new Map<string, number>();
  for (const { atMs, user, generation, tokenEndsAtMs } of take(40_000)) {
    const leftMs = tokenEndsAtMs - atMs;
    if (leftMs < 600_000 - 1 || leftMs > 3_600_000) t.fail(`${leftMs} ms are left`);
    const before = ends.get(`${user}-${generation}`) ?? tokenEndsAtMs;
    if (before !== tokenEndsAtMs) t.fail('a token has two ends');
    ends.set(`${user}-${generation}`, tokenEndsAtMs);
  }
  t.equal((ends.get('0-1') ?? 0) - (ends.get('0-0') ?? 0), 50 * 60_000);
});

test('as many tokens come for the first time in an hour as the rates of the users say', async (t) => {
  const model = { users: 20_000, requestsPerHour: 200_000, exponent: 1 };
  const counted = tokensPerHour(model);
  const expected = expectedTokens(model);
  t.ok(Math.abs(counted / expected - 1) < 0.01, `${counted} tokens, ${expected} expected`);
});

test('an hour has each token of a busy user, 6 in 5 hours, and none of one who does not come', async (t) => {
  const busy = tokensPerHour({ users: 1_000, requestsPerHour: 200_000, exponent: 0 });
  t.ok(Math.abs(busy / 1_200 - 1) < 0.03, `${busy} tokens`);
  t.ok(tokensPerHour({ users: 1_000, requestsPerHour: 100, exponent: 1 }) <= 120);
});

/** Each user has 60 / 50 tokens an hour, and each of them comes unless none of the user's requests falls in its 50 minutes. */
function expectedTokens({ users, requestsPerHour, exponent }: typeof MODEL): number {
  const weights = Array.from({ length: users }, (_, k) => (k + 1) ** -exponent);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const comes = (weight: number) => 1 - Math.exp((-(weight / all) * requestsPerHour * 50) / 60);
  return weights.reduce((sum, weight) => sum + (60 / 50) * comes(weight), 0);
}
