import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that systems hand out: while it is down nobody else may get it, least of all who tries to connect to it. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 16_000);
    const probe = createServer().listen(port, '127.0.0.1');
    const free = await once(probe, 'listening').then(
      () => true,
      () => false,
    );
    probe.close();
    if (free) return port;
  }
}
