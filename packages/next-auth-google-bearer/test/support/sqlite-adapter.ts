import Database from 'better-sqlite3';
import type { Adapter, AdapterAccount, AdapterUser } from 'next-auth/adapters';
import type { Test } from 'tap';

/** A NextAuth adapter on SQLite, as far as JWT sessions need one. Its ids are the database's: 1, 2, … */
export function sqliteAdapter(t: Test): Adapter {
  const db = new Database(':memory:');
  t.teardown(() => db.close());
  db.exec(`
    CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT UNIQUE, image TEXT);
    CREATE TABLE accounts (provider TEXT, providerAccountId TEXT, userId INTEGER REFERENCES users, PRIMARY KEY (provider, providerAccountId));
  `);
  const toUser = (row: unknown): AdapterUser | null => {
    if (!isRow(row)) return null;
    return { id: `${row.id}`, name: `${row.name}`, email: `${row.email}`, image: `${row.image}`, emailVerified: null };
  };
  const userById = db.prepare('SELECT * FROM users WHERE id = ?');
  const userByEmail = db.prepare('SELECT * FROM users WHERE email = ?');
  const userByAccount = db.prepare(
    'SELECT users.* FROM users JOIN accounts ON userId = users.id WHERE provider = ? AND providerAccountId = ?',
  );
  const insertUser = db.prepare('INSERT INTO users (name, email, image) VALUES (?, ?, ?) RETURNING *');
  const insertAccount = db.prepare('INSERT INTO accounts VALUES (?, ?, ?)');
  return {
    createUser({ name, email, image }: Omit<AdapterUser, 'id'>) {
      const user = toUser(insertUser.get(name, email, image));
      if (user === null) throw new Error('not inserted');
      return user;
    },
    getUser: (id) => toUser(userById.get(id)),
    getUserByEmail: (email) => toUser(userByEmail.get(email)),
    getUserByAccount: ({ provider, providerAccountId }) => toUser(userByAccount.get(provider, providerAccountId)),
    linkAccount: async ({ provider, providerAccountId, userId }: AdapterAccount) => {
      insertAccount.run(provider, providerAccountId, userId);
    },
  };
}

function isRow(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
