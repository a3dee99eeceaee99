import type { RevocationEntry } from '../revocations/log.ts';
import { type ContractCase, type OpenLog, onLog } from './case.ts';
import { assertSame, name, Observer } from './observer.ts';
import { block, blockBySha256, token, unblock, unblockBySha256 } from './samples.ts';

/** Histories of blocks, and who is blocked at their end. */
const histories: { readonly what: string; readonly history: () => RevocationEntry[]; readonly blocked: string[] }[] = [
  { what: 'a block that was lifted', history: () => [block('1'), unblock('1')], blocked: [] },
  { what: 'a block after it was lifted', history: () => [block('1'), unblock('1'), block('1')], blocked: ['1'] },
  { what: 'two blocks and one lifting', history: () => [block('1'), block('1'), unblock('1')], blocked: [] },
  { what: 'a lifting without a block', history: () => [unblock('1'), block('2')], blocked: ['2'] },
  {
    what: 'several people in turns',
    history: () => [block('1'), block('2'), unblock('1'), token('a'), block('3'), unblock('2'), block('1')],
    blocked: ['1', '3'],
  },
  { what: 'a block lifted by the hash of the subject', history: () => [block('1'), unblockBySha256('1')], blocked: [] },
  { what: 'a block by hash lifted by the subject', history: () => [blockBySha256('1'), unblock('1')], blocked: [] },
  {
    what: 'a block in both spellings, lifted in one and set again in the other',
    history: () => [blockBySha256('1'), block('1'), unblockBySha256('1'), block('2'), unblock('2'), blockBySha256('2')],
    blocked: ['2'],
  },
];

/** Of a subject's blocks and unblocks the last counts, for whoever follows from the beginning and for whoever comes late. */
export function blockCases(open: OpenLog): ContractCase[] {
  return histories.map(({ what, history, blocked }) =>
    onLog(open, `blocks: ${what}`, async (log, reopen) => {
      const [early, late, elsewhere] = [new Observer(), new Observer(), new Observer()];
      log.follow(early);
      for (const entry of history()) await log.append(entry);
      log.follow(late);
      (await reopen()).follow(elsewhere);
      const expected = blocked.map((sub) => name(block(sub))).sort();
      const followers = [early, late, elsewhere];
      await Promise.all(followers.map((follower) => follower.confirmed()));
      for (const { told } of followers) assertSame(inForce(told), expected);
    }),
  );
}

function inForce(told: readonly string[]): string[] {
  const blocks = new Set<string>();
  for (const entry of told) {
    if (entry.startsWith('{"type":"block"')) blocks.add(entry);
    if (entry.startsWith('{"type":"unblock"')) blocks.delete(entry.replace('unblock', 'block'));
  }
  return [...blocks].sort();
}
