import { Pool } from 'undici';
import { account } from './contract.ts';

/** How many answers had which status; those that were good and yet not {@link account} count as `other`. */
export type Statuses = Readonly<Record<string, number>>;

/** Sends each header to a server once; undefined is a request without one. */
export async function countStatuses(url: string, headers: readonly (string | undefined)[]): Promise<Statuses> {
  const { origin, pathname: path } = new URL(url);
  const pool = new Pool(origin, { connections: 32 });
  const expected = JSON.stringify(account);
  const counts: Record<string, number> = {};
  const ask = async (authorization: string | undefined) => {
    const { statusCode, body } = await pool.request({ path, method: 'GET', headers: { authorization } });
    const status = statusCode === 200 && (await body.text()) !== expected ? 'other' : String(statusCode);
    await body.dump();
    counts[status] = (counts[status] ?? 0) + 1;
  };
  await Promise.all(headers.map(ask));
  await pool.close();
  return counts;
}
