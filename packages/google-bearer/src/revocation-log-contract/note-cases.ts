import assert from 'node:assert/strict';
import type { RevocationEntry } from '../revocations/log.ts';
import { type ContractCase, type OpenLog, onLog } from './case.ts';
import { assertSame, name, Observer } from './observer.ts';
import { block, blockBySha256, oneOfEach } from './samples.ts';

/** Something is said about every second one. */
function noted(): RevocationEntry[] {
  return [...oneOfEach(), blockBySha256('4')].map((entry, index) =>
    index % 2 === 0 ? { ...entry, reason: 'a leaked token – ticket 4711', by: 'job:nightly' } : entry,
  );
}

/** What is said about a revocation: kept and told to everybody, and nothing is judged by it. */
export function noteCases(open: OpenLog): ContractCase[] {
  return [
    onLog(open, 'everybody is told when an entry was appended, why, and by whom', async (log, reopen) => {
      const [early, late, elsewhere] = [new Observer(), new Observer(), new Observer()];
      log.follow(early);
      const before = Date.now();
      const entries = noted();
      for (const entry of entries) await log.append(entry);
      const after = Date.now();
      log.follow(late);
      (await reopen()).follow(elsewhere);
      for (const follower of [early, late, elsewhere]) {
        await follower.confirmed();
        assertSame(follower.order, entries.map(name));
        for (const [entry, at] of follower.at) {
          assert.ok(at !== undefined && at >= before && at <= after, `when was it appended: ${entry}`);
          assert.equal(at, early.at.get(entry), 'the same for all');
        }
      }
    }),

    onLog(
      open,
      'an entry that says when it was appended is believed, as when it is written back',
      async (log, reopen) => {
        const [early, elsewhere] = [new Observer(), new Observer()];
        log.follow(early);
        await log.append({ ...block('1'), at: 1_700_000_000_000 });
        (await reopen()).follow(elsewhere);
        for (const follower of [early, elsewhere]) {
          await follower.confirmed();
          assert.deepEqual([...follower.at.values()], [1_700_000_000_000]);
        }
      },
    ),
  ];
}
