/**
 * One client that sends unknown tokens to a URL, in a process of its own: `node flooder.js URL LOCAL_ADDRESS`. Its parent sends it
 * a {@link Flood}, as often as it likes, and hears what came of it. Tokens are new each time.
 */
import { randomBytes } from 'node:crypto';
import { Pool } from 'undici';
import { TOKEN_LENGTH } from '../tokens.ts';
import { type Listening, NOBODYS } from '../upstream/contract.ts';
import type { Flood, Flooded } from './flood.ts';
import { paced } from './paced.ts';

/** So many requests are under way at most, each on a connection of its own. */
const AT_ONCE = 64;

process.once('disconnect', () => process.exit());
const [target = '', localAddress = ''] = process.argv.slice(2);
const { origin, pathname: path } = new URL(target);
const pool = new Pool(origin, { connections: AT_ONCE, localAddress });
const filler = randomBytes(TOKEN_LENGTH).toString('base64url');

process.on('message', async ({ tokens, perS, mostMs }: Flood) => {
  const statuses: Record<string, number> = {};
  const beganAt = performance.now();
  const goesOn = (sent: number): boolean => sent < tokens && performance.now() - beganAt < mostMs;
  const sent = await paced({ perS, atOnce: AT_ONCE, goesOn }, async () => {
    const token = `${NOBODYS}${randomBytes(12).toString('hex')}${filler}`.slice(0, TOKEN_LENGTH);
    const status = await statusOf(token);
    statuses[status] = (statuses[status] ?? 0) + 1;
  });
  const flooded: Flooded = { sent, ms: performance.now() - beganAt, statuses };
  process.send?.(flooded);
});
const listening: Listening = { origin };
process.send?.(listening);

async function statusOf(token: string): Promise<string> {
  try {
    const { statusCode, body } = await pool.request({
      path,
      method: 'GET',
      headers: { authorization: `Bearer ${token}` },
    });
    await body.dump();
    return String(statusCode);
  } catch {
    return 'failed';
  }
}
