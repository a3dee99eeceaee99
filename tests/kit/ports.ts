import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Those that systems hand out by themselves begin at 32 768. */
const FIRST = 10_000;
const END = 32_000;

/** Test files that run at the same time have numbers of their own, and with them ports of their own. */
const MOST_FILES_AT_ONCE = 8;
const EACH = Math.floor((END - FIRST) / MOST_FILES_AT_ONCE);
const mine = FIRST + (Number(process.env.TAP_JOB_ID ?? 0) % MOST_FILES_AT_ONCE) * EACH;

const given = new Set<number>();

/**
 * A port of 127.0.0.1 and ::1 for a program that listens later, and may be down for a while. It is below those that systems hand
 * out, so nobody else gets it meanwhile, least of all who tries to connect to it. No two calls get the same one.
 */
export async function reservedPort(): Promise<number> {
  for (;;) {
    const port = randomInt(mine, mine + EACH);
    if (given.has(port)) continue;
    if ((await isFree(port, '127.0.0.1')) && (await isFree(port, '::1'))) {
      given.add(port);
      return port;
    }
  }
}

/** An address that this machine has not counts as free. */
async function isFree(port: number, host: string): Promise<boolean> {
  const probe = createServer().listen(port, host);
  try {
    await once(probe, 'listening');
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
  } finally {
    probe.close();
  }
}
