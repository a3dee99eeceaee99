import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { t } from 'tap';
import { sqliteRevocationLog } from '../src/index.ts';
import { prepareDatabase } from '../src/schema.ts';
import { block } from './fixtures/entries.ts';
import { temporaryFile, temporaryFolder } from './fixtures/folder.ts';
import { raw } from './fixtures/raw.ts';
import { Recorder } from './fixtures/recorder.ts';

t.test('a file that is no database is refused and left alone', async (t) => {
  for (const content of ['hello', 'not a database\n'.repeat(1000)]) {
    const path = temporaryFile(t);
    writeFileSync(path, content);
    t.throws(() => sqliteRevocationLog({ path }), { message: /no revocation log/, cause: { code: 'SQLITE_NOTADB' } });
    t.equal(readFileSync(path, 'utf8'), content);
  }
});

t.test("somebody else's database is refused and left alone", async (t) => {
  const path = temporaryFile(t);
  raw(path, (db) => db.exec('CREATE TABLE users (id INTEGER PRIMARY KEY)'));
  const before = readFileSync(path);
  t.throws(() => sqliteRevocationLog({ path }), { message: /no revocation log/ });
  t.ok(readFileSync(path).equals(before));
});

t.test('a log of a newer version is refused and left alone', async (t) => {
  const path = temporaryFile(t);
  sqliteRevocationLog({ path }).close();
  raw(path, (db) => db.pragma('user_version = 2'));
  const before = readFileSync(path);
  t.throws(() => sqliteRevocationLog({ path }), { message: /has schema 2, .* knows 1: upgrade/ });
  t.ok(readFileSync(path).equals(before));
});

t.test('a log from before anything was said about revocations goes on', async (t) => {
  const path = temporaryFile(t);
  {
    using log = sqliteRevocationLog({ path });
    await log.append(block('before'));
  }
  raw(path, (db) => {
    for (const column of ['appended_at', 'reason', 'appended_by'])
      db.exec(`ALTER TABLE revocations DROP COLUMN ${column}`);
  });
  const logs = [1, 2].map(() => sqliteRevocationLog({ path }));
  const follower = new Recorder();
  for (const log of logs) {
    t.teardown(() => log.close());
    log.follow(follower);
    await log.append({ ...block('after'), reason: 'it was said' });
  }
  t.strictSame(follower.told[0], block('before'));
  t.match(follower.told.at(-1), { ...block('after'), reason: 'it was said', at: Number });
});

t.test('a folder is no file', async (t) => {
  t.throws(() => sqliteRevocationLog({ path: temporaryFolder(t) }), { code: 'EISDIR' });
});

t.test('what cannot do WAL is refused', async (t) => {
  const db = new Database(':memory:');
  t.teardown(() => db.close());
  t.throws(() => prepareDatabase(db), { message: /WAL with synchronous=FULL/ });

  const path = temporaryFile(t);
  mkdirSync(`${path}-shm`);
  t.throws(() => sqliteRevocationLog({ path }), { name: 'SqliteError' });
});

t.test('a file opened again waits for the disk on every commit, as a new one does', async (t) => {
  const path = temporaryFile(t);
  sqliteRevocationLog({ path }).close();
  const synchronous = raw(path, (db) => {
    prepareDatabase(db);
    return db.pragma('synchronous', { simple: true });
  });
  t.equal(synchronous, 2, 'FULL');
});

t.test('a damaged file is reported, and neither confirmed nor appended to', async (t) => {
  const path = temporaryFile(t);
  {
    using log = sqliteRevocationLog({ path });
    await Promise.all(Array.from({ length: 2000 }, (_, index) => log.append(block(`${index}`))));
  }
  const bytes = readFileSync(path);
  // All but the first page, which holds the header and the schema.
  bytes.fill(0xff, 4096);
  writeFileSync(path, bytes);
  using log = sqliteRevocationLog({ path });
  const follower = new Recorder();
  log.follow(follower);
  await follower.until('three reports', () => follower.errors.length >= 3);
  t.match(follower.errors[0], { code: /^SQLITE_CORRUPT/ });
  t.strictSame(follower.confirmations, []);
  await t.rejects(log.append(block('new')), { code: /^SQLITE_CORRUPT/ });
});
