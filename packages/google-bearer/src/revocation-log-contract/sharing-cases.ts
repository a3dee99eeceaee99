import { type ContractCase, type OpenLog, onLog } from './case.ts';
import { assertSame, name, Observer } from './observer.ts';
import { block, oneOfEach, token } from './samples.ts';

/** What holds between log objects on one store. On a log in one process all are the same object. */
export function sharingCases(open: OpenLog): ContractCase[] {
  return [
    onLog(open, 'what one object appends, the followers of all others are told', async (log, reopen) => {
      const others = await Promise.all([reopen(), reopen()]);
      const followers = others.map((other) => {
        const follower = new Observer();
        other.follow(follower);
        return follower;
      });
      const entries = oneOfEach();
      for (const entry of entries) await log.append(entry);
      await Promise.all(followers.map((follower) => follower.confirmed()));
      for (const { order } of followers) assertSame(order, entries.map(name));
    }),

    onLog(open, 'many appends at once, by several objects, are told to all in one order', async (log, reopen) => {
      const objects = [log, await reopen(), await reopen()];
      const followers = objects.map((object) => {
        const follower = new Observer();
        object.follow(follower);
        return follower;
      });
      const lanes = objects.map((object, lane) => {
        const entries = Array.from({ length: 400 }, (_, index) => token(`${lane}-${index}`));
        return { object, entries };
      });
      await Promise.all(lanes.flatMap(({ object, entries }) => entries.map((entry) => object.append(entry))));
      const all = lanes.flatMap(({ entries }) => entries.map(name));
      await Promise.all(followers.map((follower) => follower.confirmed()));
      for (const { order } of followers) {
        assertSame(order.toSorted(), all.toSorted());
        assertSame(order, followers[0]?.order ?? []);
      }
    }),

    onLog(open, 'an append is told after what others had been acknowledged before', async (log, reopen) => {
      const other = await reopen();
      const follower = new Observer();
      other.follow(follower);
      for (let index = 0; index < 50; index++) {
        const [theirs, ours] = [block(`${index}`), token(`${index}`)];
        await log.append(theirs);
        await other.append(ours);
        assertSame(follower.order.slice(-2), [theirs, ours].map(name));
      }
    }),

    onLog(open, 'an object that is opened later is told everything in force', async (log, reopen) => {
      const entries = [...oneOfEach(), token('last')];
      for (const entry of entries) await log.append(entry);
      const follower = new Observer();
      (await reopen()).follow(follower);
      await follower.confirmed();
      assertSame(follower.order, entries.map(name));
    }),
  ];
}
