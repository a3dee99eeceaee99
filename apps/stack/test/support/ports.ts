import { randomInt } from 'node:crypto';
import { freePort } from '../../src/ports.ts';

/**
 * A port for a program that listens only later. It is below those that systems hand out by themselves, so that no other
 * program is given it meanwhile, as happens with a port that was "any free one".
 */
export async function reservedPort(except: readonly number[] = []): Promise<number> {
  for (;;) {
    const port = randomInt(16_000, 30_000);
    // The stack's own choice gives way to another port when this one is taken.
    if ((await freePort(port, except)) === port) return port;
  }
}
