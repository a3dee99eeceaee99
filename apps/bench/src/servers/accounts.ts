import Database from 'better-sqlite3';
import { type Account, account } from './contract.ts';
import type { Handler } from './fastify-app.ts';

/** Writes a database with so many accounts, which differ in their keys and in nothing else. */
export function writeAccounts(path: string, count: number): void {
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  database.exec(
    `CREATE TABLE accounts (key INTEGER PRIMARY KEY, ${Object.keys(account).join(' TEXT NOT NULL, ')} TEXT NOT NULL) STRICT`,
  );
  const names = Object.keys(account);
  const insert = database.prepare(`INSERT INTO accounts VALUES (${['key', ...names].map(() => '?').join(', ')})`);
  database.transaction(() => {
    for (let key = 0; key < count; key++) insert.run(key, ...Object.values(account));
  })();
  database.close();
}

/** Answers with one account after the other, each read from the database by one prepared statement. */
export const readAccount: Handler = ({ accounts: { path, count } }) => {
  const database = new Database(path, { readonly: true });
  const columns = Object.keys(account).join(', ');
  const select = database.prepare<[number], Account>(`SELECT ${columns} FROM accounts WHERE key = ?`);
  let key = 0;
  return () => {
    key = (key + 1) % count;
    const found = select.get(key);
    if (found === undefined) throw new Error('an account is missing');
    return found;
  };
};
