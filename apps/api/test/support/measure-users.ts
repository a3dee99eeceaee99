/**
 * Measures what users cost in a Postgres of its own:
 * `npx -y pnpm@12 exec node --conditions=google-bearer-source apps/api/test/support/measure-users.ts [users]`.
 */

import { startPostgres } from '@google-bearer/test-kit/postgres';
import { openUserStore } from '../../src/users/database.ts';

const COUNT = Number(process.argv[2] ?? 20_000);
const AT_ONCE = 100;

const server = await startPostgres();
try {
  const url = await server.createDatabase();
  const store = await openUserStore({ dataDir: '', databaseUrl: url }, () => {});
  for (let next = 0; next < COUNT; next += AT_ONCE) {
    await Promise.all(
      Array.from({ length: AT_ONCE }, (_, index) => {
        const number = 100_000 + next + index;
        return store.signIn({
          id: `106488946935451${number}`,
          email: `somebody.with.a.name.${number}@example.com`,
          name: `Somebody Whose Name Is ${number}`,
          image: `https://lh3.googleusercontent.com/a/ACg8ocK0123456789abcdefghijklmnopqrstuvwxyz${number}=s96-c`,
        });
      }),
    );
  }
  await store.close();
  const [row] = await server.query("SELECT pg_total_relation_size('users')::int AS bytes", url);
  console.log(`${COUNT} users: ${Math.round(Number(row?.bytes) / COUNT)} bytes each, index included`);
} finally {
  await server.remove();
}
