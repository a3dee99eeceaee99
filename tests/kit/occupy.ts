import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Test } from 'tap';

/** Takes a port, by default any, until the test ends. When another program has it already, it is taken as well. */
export async function occupy(t: Test, port = 0, host = '127.0.0.1'): Promise<number> {
  const server = createServer((_, reply) => void reply.end()).listen(port, host);
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  await Promise.race([once(server, 'listening'), once(server, 'error')]).catch(() => undefined);
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
