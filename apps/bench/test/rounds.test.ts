import { test } from 'tap';
import { inRounds } from '../src/rounds.ts';

test('each contestant works once untimed and once timed, in an order that changes', async (t) => {
  const log: string[] = [];
  const contestant = (name: string) => {
    let prepared = 0;
    const prepare = () => {
      const piece = ++prepared;
      return async () => void log.push(`${name}${piece}`);
    };
    return { prepare, operations: 1 };
  };
  const contestants = { a: contestant('a'), b: contestant('b'), c: contestant('c') };
  const times = await inRounds(contestants, { rounds: 20, warmUp: 5 });
  t.same(Object.keys(times), ['a', 'b', 'c']);
  t.ok(Object.values(times).every((took) => took.length === 20 && took.every((ns) => ns > 0)));
  t.equal(log.length, 3 * 2 * 25);
  const order = log.map((done) => done.charAt(0));
  t.ok(order.every((name, index) => index % 2 === 0 || name === order[index - 1]));
  const before = order.filter((name, index) => index % 2 === 0 && name === 'b').map((_, at) => order[at * 6]);
  t.equal(new Set(before).size, 3);
});

test('only the second piece of work is timed, by its operations', async (t) => {
  // Work takes as long as it says, however busy the machine is.
  let now = 0n;
  t.intercept(process.hrtime, 'bigint', { value: () => now });
  let prepared = 0;
  const prepare = () => {
    const isRehearsal = ++prepared % 2 === 1;
    return async () => {
      now += isRehearsal ? 200_000_000n : 20_000_000n;
    };
  };
  const { slow = [] } = await inRounds({ slow: { prepare, operations: 10 } }, { rounds: 1, warmUp: 0 });
  const [ns = 0] = slow;
  t.equal(ns, 2_000_000);
});
