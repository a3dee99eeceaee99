import assert from 'node:assert/strict';
import { type ContractCase, type OpenLog, onLog } from './case.ts';
import { assertSame, name, Observer } from './observer.ts';
import { block, oneOfEach, subject, token } from './samples.ts';

const nonsense: readonly unknown[] = [
  undefined,
  null,
  'token',
  {},
  { type: 'blok', subject: '1' },
  { type: 'block' },
  { type: 'block', subject: 'a b' },
  { ...block('1'), subjectSha256: 'a'.repeat(64) },
  { ...token('a'), tokenSha256: 'A'.repeat(64) },
  { ...token('a'), expiresAt: Number.NaN },
  { ...subject('1'), issuedBefore: -1 },
  { ...block('1'), note: 'unknown' },
  { ...block('1'), at: 'now' },
  { ...block('1'), reason: '' },
  { ...block('1'), reason: 'two\nlines' },
  { ...block('1'), reason: 'asked by ada@example.com' },
  { ...block('1'), by: '106488946935451153824' },
];

/** What append promises. */
export function appendCases(open: OpenLog): ContractCase[] {
  return [
    onLog(open, 'append resolves once every follower of this object has been told the entry', async (log) => {
      const followers = [new Observer(), new Observer()];
      for (const follower of followers) log.follow(follower);
      for (const entry of oneOfEach()) {
        await log.append(entry);
        for (const follower of followers) assert.ok(follower.has(entry), `not told yet: ${entry.type}`);
      }
    }),

    onLog(open, 'entries come as they were appended, in their order', async (log) => {
      const follower = new Observer();
      log.follow(follower);
      const entries = oneOfEach();
      for (const entry of entries) await log.append(entry);
      assertSame(follower.order, entries.map(name));
    }),

    onLog(open, 'appends of one caller that do not wait for each other keep their order', async (log) => {
      const follower = new Observer();
      log.follow(follower);
      const entries = Array.from({ length: 500 }, (_, index) => token(`${index}`));
      await Promise.all(entries.map((entry) => log.append(entry)));
      assertSame(follower.order, entries.map(name));
    }),

    onLog(open, 'an entry is what it was when appended', async (log) => {
      const follower = new Observer();
      log.follow(follower);
      const mine: { type: 'block'; subject: string } = { type: 'block', subject: 'before' };
      const appended = log.append(mine);
      mine.subject = 'after';
      await appended;
      assertSame(follower.order, [name(block('before'))]);
    }),

    onLog(open, 'what is no entry is rejected with a TypeError and told to nobody', async (log) => {
      const follower = new Observer();
      log.follow(follower);
      for (const value of nonsense) {
        await assert.rejects(async () => Reflect.apply(log.append, log, [value]), { name: 'TypeError' });
      }
      await log.append(block('1'));
      assertSame(follower.order, [name(block('1'))]);
    }),

    onLog(open, 'appending needs no follower', async (log) => {
      const entries = oneOfEach();
      for (const entry of entries) await log.append(entry);
      const follower = new Observer();
      log.follow(follower);
      await follower.confirmed();
      assertSame(follower.order, entries.map(name));
    }),
  ];
}
