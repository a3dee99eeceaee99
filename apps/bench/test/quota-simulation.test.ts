import { test } from 'tap';
import { type Deployment, simulate } from '../src/quota/simulation.ts';
import { quotaRow, quotaTable } from '../src/quota/table.ts';

const MODEL = { users: 2_000, requestsPerHour: 40_000, exponent: 1 };
const MINUTES = 60_000;
const ONE: Deployment = { instances: 1, sharedCache: false, maxEntries: 10_000, maxAgeMs: 5 * MINUTES };

async function lookups(deployment: Partial<Deployment>): Promise<number> {
  return (await simulate({ ...ONE, ...deployment }, MODEL, 20 * MINUTES)).lookups;
}

/** What renewal theory says: after each lookup a token is known for `maxAgeMs`, and then its user has to come again. */
function expectedLookups({ users, requestsPerHour }: typeof MODEL, maxAgeMs: number, countedMs: number): number {
  const ranks = Array.from({ length: users }, (_, k) => 1 / (k + 1));
  const all = ranks.reduce((sum, rank) => sum + rank, 0);
  const rates = ranks.map((rank) => ((rank / all) * requestsPerHour) / 3_600_000);
  return rates.reduce((sum, rate) => sum + (rate / (1 + rate * maxAgeMs)) * countedMs, 0);
}

test('with room for all, lookups are as many as renewal theory says, and a few for replaced tokens', async (t) => {
  const expected = expectedLookups(MODEL, ONE.maxAgeMs, 20 * MINUTES);
  const counted = await lookups({});
  t.ok(counted > expected * 0.98 && counted < expected * 1.1, `${counted} lookups, ${expected} expected`);
});

test('answers that are kept longer cost fewer lookups, and too small a memory costs more', async (t) => {
  const usual = await lookups({});
  t.ok((await lookups({ maxAgeMs: MINUTES })) > usual);
  t.ok((await lookups({ maxEntries: 50 })) > usual);
});

test('instances that share a cache ask as often as one, those that do not ask more often', async (t) => {
  const one = await lookups({});
  t.equal(await lookups({ instances: 4, sharedCache: true }), one);
  t.ok((await lookups({ instances: 4 })) > one * 1.2);
});

test('the clock is real again afterwards, and the same simulation gives the same counts', async (t) => {
  const realNow = Date.now;
  const counted = await simulate(ONE, MODEL, 2 * MINUTES);
  t.equal(Date.now, realNow);
  t.same(await simulate(ONE, MODEL, 2 * MINUTES), counted);
  t.ok(counted.peakSecond < counted.peakMinute && counted.peakMinute < counted.lookups);
});

test('the table scales what was counted to an hour', async (t) => {
  const row = quotaRow(ONE, 1, { requests: 1_000, lookups: 200, peakSecond: 9, peakMinute: 80 }, 5 * MINUTES);
  t.match(row, { lookupsPerHour: 2_400, shareOfRequests: 0.2 });
  const text = quotaTable({
    model: MODEL,
    countedMs: 5 * MINUTES,
    rows: [row, { ...row, instances: 4, sharedCache: true, exponent: 0.8 }],
    tokensPerHour: 2_345,
  });
  const table = text.replace(/ +/g, ' ');
  t.match(table, '| 1 | 10 000 | 5 min | 2 400 | 20.0 % | 9 | 80 |');
  t.match(table, '| 4, shared cache, exponent 0.8 |');
  t.match(table, '2 345 tokens come for the first time in an hour');
});
