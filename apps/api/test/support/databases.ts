import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { noPostgres, type PostgresServer, startPostgres } from '@google-bearer/test-kit/postgres';
import Database from 'better-sqlite3';
import type { Test } from 'tap';
import { openUserStore } from '../../src/users/database.ts';
import type { UserStore } from '../../src/users/store.ts';

/** An empty database for one test, of a kind that the test need not know. */
export interface TestDatabase {
  readonly name: string;
  /** What makes the API use it. */
  readonly env: { readonly DATA_DIR: string; readonly DATABASE_URL?: string };
  open(): Promise<UserStore>;
  /** Runs a statement behind the API's back. */
  query(statement: string): Promise<readonly unknown[]>;
  /** Lets nobody else write until it is called again. */
  lock(): Promise<() => Promise<void>>;
}

/**
 * Runs tests on every database in turn, each on an empty one. A file starts one server at most.
 *
 * @param root the file's own test, at whose end the server ends
 */
export function onEachDatabase(
  root: Test,
): (name: string, body: (t: Test, database: TestDatabase) => Promise<void>) => void {
  let server: Promise<PostgresServer> | undefined;
  const postgres = (): Promise<PostgresServer> => {
    server ??= startPostgres();
    return server;
  };
  root.teardown(async () => (await server?.catch(() => undefined))?.remove());
  return (name, body) => {
    root.test(`${name} (SQLite)`, (t) => body(t, sqliteDatabase(t)));
    root.test(`${name} (Postgres)`, { skip: noPostgres }, async (t) =>
      body(t, await postgresDatabase(t, await postgres())),
    );
  };
}

function open({ DATA_DIR, DATABASE_URL }: TestDatabase['env']): Promise<UserStore> {
  mkdirSync(DATA_DIR, { recursive: true });
  return openUserStore({ dataDir: DATA_DIR, databaseUrl: DATABASE_URL }, () => {});
}

function sqliteDatabase(t: Test): TestDatabase {
  const env = { DATA_DIR: join(t.testdir(), 'data') };
  const connect = (): Database.Database => {
    mkdirSync(env.DATA_DIR, { recursive: true });
    return new Database(join(env.DATA_DIR, 'users.db'));
  };
  return {
    name: 'SQLite',
    env,
    open: () => open(env),
    async query(statement) {
      const db = connect();
      try {
        const prepared = db.prepare(statement);
        return prepared.reader ? prepared.all() : [prepared.run()];
      } finally {
        db.close();
      }
    },
    async lock() {
      const db = connect();
      db.exec('BEGIN IMMEDIATE');
      return async () => void db.close();
    },
  };
}

async function postgresDatabase(t: Test, server: PostgresServer): Promise<TestDatabase> {
  const env = { DATA_DIR: join(t.testdir(), 'data'), DATABASE_URL: await server.createDatabase() };
  return {
    name: 'Postgres',
    env,
    open: () => open(env),
    query: (statement) => server.query(statement, env.DATABASE_URL),
    async lock() {
      const client = await server.connect(env.DATABASE_URL);
      await client.query('BEGIN; LOCK TABLE users IN EXCLUSIVE MODE');
      return () => client.end();
    },
  };
}
