import { type Kysely, sql } from 'kysely';
import { ApiError } from '../errors.ts';
import type { Engine } from './engine.ts';

/** A user as this API keeps one. Times are ISO 8601, in UTC. */
export interface User {
  /** Google's `sub`. */
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  readonly image: string | null;
  readonly createdAt: string;
  /** When e-mail, name or image last changed. */
  readonly updatedAt: string;
  readonly lastSignInAt: string;
}

/** What a sign-in tells about a user. */
export interface SignIn {
  readonly id: string;
  readonly email: string;
  /** Absent: the one known stays. */
  readonly name?: string;
  /** Absent: the one known stays. */
  readonly image?: string;
}

/**
 * Where users are kept. A method resolves once its effect is durable; all reject with `ERR_DATABASE_UNAVAILABLE`, within
 * seconds, when the database is not there, hangs, or is not what it was at the start. What was asked may have been done then.
 */
export interface UserStore {
  /** Adds a user, or takes over what is new about a known one; of many at once for one user exactly one is `created`. */
  signIn(signIn: SignIn): Promise<{ readonly created: boolean; readonly user: User }>;
  find(id: string): Promise<User | undefined>;
  /** Also resolves when there is no such user. */
  delete(id: string): Promise<void>;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The table. Times are ISO 8601 texts of one length and zone, so they sort as they are and mean the same to every database. */
export interface UserTables {
  readonly users: {
    readonly id: string;
    readonly email: string;
    readonly name: string | null;
    readonly image: string | null;
    readonly created_at: string;
    readonly updated_at: string;
    readonly last_sign_in_at: string;
    readonly sign_ins: number;
  };
}

/** Keeps users in a database that Kysely speaks to. The statements are the same for SQLite and Postgres. */
export function userStore(db: Kysely<UserTables>, engine: Engine): UserStore {
  let closed = false;
  const attempt = async <T>(kind: 'read' | 'write', work: () => Promise<T>): Promise<T> => {
    try {
      const result = await (engine.inTurn?.(kind, work) ?? work());
      engine.assertDurable?.();
      return result;
    } catch (cause) {
      if (!closed && !engine.isOutage(cause)) throw cause;
      throw new ApiError(503, 'ERR_DATABASE_UNAVAILABLE', 'The user database is not available', {
        cause,
        retryAfterS: 1,
      });
    }
  };
  return {
    signIn: (signIn) => attempt('write', () => upsert(db, signIn)),
    find: (id) =>
      attempt('read', async () => {
        const row = await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
        return row && toUser(row);
      }),
    delete: (id) => attempt('write', async () => void (await db.deleteFrom('users').where('id', '=', id).execute())),
    // From the table: `SELECT 1` alone would not even open the file.
    ping: () => attempt('read', async () => void (await db.selectFrom('users').select('id').limit(1).execute())),
    close: () => {
      closed = true;
      return db.destroy();
    },
  };
}

/** One statement, so that parallel first sign-ins cannot come between a look and a write. */
async function upsert(
  db: Kysely<UserTables>,
  { id, email, name, image }: SignIn,
): Promise<{ readonly created: boolean; readonly user: User }> {
  const now = new Date().toISOString();
  const row = await db
    .insertInto('users')
    .values({
      id,
      email,
      name: name ?? null,
      image: image ?? null,
      created_at: now,
      updated_at: now,
      last_sign_in_at: now,
      sign_ins: 1,
    })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({
        email: sql`excluded.email`,
        name: sql`coalesce(excluded.name, users.name)`,
        image: sql`coalesce(excluded.image, users.image)`,
        updated_at: sql`CASE
          WHEN excluded.email IS DISTINCT FROM users.email
            OR coalesce(excluded.name, users.name) IS DISTINCT FROM users.name
            OR coalesce(excluded.image, users.image) IS DISTINCT FROM users.image
          THEN excluded.updated_at ELSE users.updated_at END`,
        last_sign_in_at: sql`excluded.last_sign_in_at`,
        sign_ins: sql`users.sign_ins + 1`,
      }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  // Counting tells an insert from an update in every database; comparing times would not, within one millisecond.
  return { created: row.sign_ins === 1, user: toUser(row) };
}

function toUser(row: UserTables['users']): User {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    image: row.image,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lastSignInAt: row.last_sign_in_at,
  };
}
