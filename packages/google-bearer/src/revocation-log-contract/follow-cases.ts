import assert from 'node:assert/strict';
import { type ContractCase, type OpenLog, onLog } from './case.ts';
import { assertSame, name, Observer } from './observer.ts';
import { block, oneOfEach, token } from './samples.ts';

/** What follow promises. */
export function followCases(open: OpenLog): ContractCase[] {
  return [
    onLog(
      open,
      'a new follower is told all that is in force, in its order, before the first confirmation',
      async (log) => {
        const entries = [...oneOfEach(), ...Array.from({ length: 3000 }, (_, index) => token(`${index}`))];
        await Promise.all(entries.map((entry) => log.append(entry)));
        const follower = new Observer();
        log.follow(follower);
        await follower.until('the first confirmation', () => follower.confirmations.length > 0);
        const expected = entries.map(name);
        assertSame([...new Set(follower.told.slice(0, follower.confirmations[0]?.told))].sort(), expected.toSorted());
        assertSame(follower.order, expected);
        assert.deepEqual(follower.errors, []);
      },
    ),

    onLog(open, 'a follower that comes while others append misses nothing', async (log) => {
      const first = new Observer();
      log.follow(first);
      const entries = Array.from({ length: 1000 }, (_, index) => token(`${index}`));
      const late: Observer[] = [];
      const appends: Promise<void>[] = [];
      for (const [index, entry] of entries.entries()) {
        appends.push(log.append(entry));
        if (index % 250 !== 125) continue;
        await appends.at(-20);
        const follower = new Observer();
        log.follow(follower);
        late.push(follower);
      }
      await Promise.all(appends);
      const followers = [first, ...late];
      await Promise.all(followers.map((follower) => follower.confirmed()));
      const expected = entries.map(name);
      for (const { order } of followers) assertSame(order, expected);
    }),

    onLog(open, 'a follower that has left is told nothing more, and may leave twice', async (log) => {
      const [left, stays] = [new Observer(), new Observer()];
      const unfollow = log.follow(left);
      log.follow(stays);
      await log.append(block('1'));
      unfollow();
      unfollow();
      const { told, confirmations } = { told: left.told.length, confirmations: left.confirmations.length };
      await log.append(block('2'));
      await stays.confirmed();
      assert.equal(left.told.length, told);
      assert.equal(left.confirmations.length, confirmations);
      assertSame(stays.order, [block('1'), block('2')].map(name));
    }),

    onLog(open, 'a follower that leaves in the midst of a delivery is told nothing more', async (log) => {
      const entries = Array.from({ length: 50 }, (_, index) => token(`${index}`));
      const follower = new Observer();
      let unfollow = () => {};
      const leaving = {
        entry(entry: Parameters<Observer['entry']>[0]) {
          follower.entry(entry);
          unfollow();
        },
        confirm: (asOf: number) => follower.confirm(asOf),
        error: (error: unknown) => follower.error(error),
      };
      unfollow = log.follow(leaving);
      await follower.confirmed();
      const bystander = new Observer();
      log.follow(bystander);
      await Promise.all(entries.map((entry) => log.append(entry)));
      await bystander.confirmed();
      assert.equal(follower.told.length, 1);
    }),
  ];
}
