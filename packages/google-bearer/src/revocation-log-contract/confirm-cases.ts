import assert from 'node:assert/strict';
import { type ContractCase, type OpenLog, onLog } from './case.ts';
import { assertSame, name, Observer } from './observer.ts';
import { token } from './samples.ts';

/** What a confirmation promises: it is all that stands between a stale view and an accepted token. */
export function confirmCases(open: OpenLog): ContractCase[] {
  return [
    onLog(open, 'an idle follower is confirmed again and again, or once and for all', async (log) => {
      const follower = new Observer();
      log.follow(follower);
      for (let round = 0; round < 3; round++) await follower.confirmed();
      assertSame(follower.told, []);
    }),

    onLog(open, 'no confirmation is of a time that lies ahead', async (log, reopen) => {
      const follower = new Observer();
      log.follow(follower);
      const other = await reopen();
      for (let index = 0; index < 20; index++) await other.append(token(`${index}`));
      await follower.confirmed();
      for (const { asOf, at } of follower.confirmations) {
        assert.ok(asOf === Number.POSITIVE_INFINITY || asOf <= at, `confirmed ${asOf} at ${at}`);
      }
    }),

    onLog(open, 'a confirmation comes after all that was acknowledged before its time', async (log, reopen) => {
      const follower = new Observer();
      log.follow(follower);
      const other = await reopen();
      const acknowledged: { readonly entry: string; readonly at: number }[] = [];
      const until = Date.now() + 1500;
      await Promise.all(
        Array.from({ length: 4 }, async (_, lane) => {
          for (let count = 0; Date.now() < until; count++) {
            const entry = token(`${lane}-${count}`);
            await ((lane + count) % 2 === 0 ? other : log).append(entry);
            acknowledged.push({ entry: name(entry), at: Date.now() });
            // Also moments at which nothing is under way.
            await new Promise((resolve) => setTimeout(resolve, count % 10));
          }
        }),
      );
      await follower.confirmed();
      const toldAt = new Map(follower.told.toReversed().map((entry, index) => [entry, follower.told.length - index]));
      for (const { asOf, told, at } of follower.confirmations) {
        for (const { entry, at: acknowledgedAt } of acknowledged) {
          // A log in this process confirms the future: what is acknowledged later has been told by then.
          const due = acknowledgedAt < Math.min(asOf, at);
          assert.ok(!due || (toldAt.get(entry) ?? Number.POSITIVE_INFINITY) <= told, `confirmed ${asOf} too early`);
        }
      }
    }),
  ];
}
