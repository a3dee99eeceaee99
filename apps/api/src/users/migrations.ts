import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';

/**
 * In the order of their names. One that was released is never edited: a change is a further migration. They use what SQLite
 * and Postgres have in common, texts and integers, so that both have the same history.
 */
const migrations: Readonly<Record<string, Migration>> = {
  '001-users': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('users')
        .addColumn('id', 'text', (column) => column.primaryKey().notNull())
        .addColumn('email', 'text', (column) => column.notNull())
        .addColumn('name', 'text')
        .addColumn('image', 'text')
        .addColumn('created_at', 'text', (column) => column.notNull())
        .addColumn('updated_at', 'text', (column) => column.notNull())
        .addColumn('last_sign_in_at', 'text', (column) => column.notNull())
        .addColumn('sign_ins', 'integer', (column) => column.notNull())
        .execute();
    },
  },
};

/** Brings the tables up to date, all or none. Kysely lets one process at a time do so on Postgres, but not on SQLite. */
export async function migrate<Tables>(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
