import { t } from 'tap';
import { Cursor } from '../src/cursor.ts';
import { sqliteRevocationLog } from '../src/index.ts';
import { Store } from '../src/store.ts';
import { block, everyone, subject, token, unblock } from './fixtures/entries.ts';
import { temporaryFile } from './fixtures/folder.ts';
import { countRows } from './fixtures/raw.ts';
import { Recorder } from './fixtures/recorder.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Sets the clock; it stands still until it is set again. Each new log object trims at its first append. */
const clock = (now: number) => t.intercept(Date, 'now', { value: () => now, configurable: true });
const start = Date.now();
t.beforeEach(() => clock(start));

t.test('rows that match dead tokens alone go with a later append, a margin after their end', async (t) => {
  const path = temporaryFile(t);
  const end = start + HOUR_MS;
  {
    using log = sqliteRevocationLog({ path });
    for (const entry of [token('a', end), subject('1', end), everyone(end), block('2')]) await log.append(entry);
  }
  clock(end + MINUTE_MS);
  {
    using log = sqliteRevocationLog({ path });
    await log.append(block('3'));
  }
  t.equal(countRows(path), 5, 'a margin for clocks that are set back');
  clock(end + MINUTE_MS + 1);
  using log = sqliteRevocationLog({ path });
  await log.append(block('4'));
  t.equal(countRows(path), 3);
  const follower = new Recorder();
  log.follow(follower);
  t.strictSame(follower.entries, [block('2'), block('3'), block('4')]);
});

t.test('a block in force stays for ever, what is undone goes after a day', async (t) => {
  const path = temporaryFile(t);
  {
    using log = sqliteRevocationLog({ path });
    const history = [block('1'), unblock('1'), block('2'), unblock('2'), block('2'), block('3'), unblock('4')];
    for (const entry of history) await log.append(entry);
  }
  clock(start + 24 * HOUR_MS);
  {
    using log = sqliteRevocationLog({ path });
    await log.append(everyone());
  }
  t.equal(countRows(path), 8, 'every follower has a day to see it');
  clock(start + 10_000 * HOUR_MS);
  using log = sqliteRevocationLog({ path });
  await log.append(unblock('3'));
  const follower = new Recorder();
  log.follow(follower);
  t.strictSame(follower.entries, [block('2')]);
  t.equal(countRows(path), 3, 'that block, and the third with its unblock for another day');
});

t.test('one append deletes a thousand rows at most, and the next ones go on', async (t) => {
  const path = temporaryFile(t);
  {
    using log = sqliteRevocationLog({ path });
    const names = Array.from({ length: 2500 }, (_, index) => `${index}`);
    await Promise.all(names.map((name) => log.append(token(name, start + HOUR_MS))));
  }
  clock(start + 2 * HOUR_MS);
  using log = sqliteRevocationLog({ path });
  for (const left of [1501, 502, 3]) {
    await log.append(block(`${left}`));
    t.equal(countRows(path), left);
  }
  await log.append(token('dead', start));
  await log.append(block('soon-after'));
  t.equal(countRows(path), 5, 'not looked for again within a minute');
});

t.test('a follower that was away for longer than a day is told of the unblock that is gone', async (t) => {
  const path = temporaryFile(t);
  const store = new Store(path);
  t.teardown(() => store.close());
  const follower = new Recorder();
  const cursor = new Cursor(store, follower);
  store.commit([block('1'), block('2')]);
  cursor.poll();
  {
    using other = sqliteRevocationLog({ path });
    await other.append(unblock('1'));
  }
  clock(start + 25 * HOUR_MS);
  {
    using other = sqliteRevocationLog({ path });
    await other.append(token('a'));
  }
  t.equal(countRows(path), 2);
  cursor.poll();
  t.strictSame(follower.entries, [block('1'), block('2'), unblock('1'), block('2'), token('a')]);
  t.strictSame(follower.errors, []);
});
