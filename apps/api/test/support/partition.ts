import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { Test } from 'tap';

/** A way to a server that can be interrupted as a network is: nothing gets through, and nobody is told. */
export interface Partition {
  readonly url: string;
  /** From now on all bytes are held back, in both directions, and those of new connections too. */
  begin(): void;
  /** What was held back goes on its way. */
  end(): void;
}

/** @param to the URL of the server; that of the way to it differs in the port alone */
export async function startPartition(t: Test, to: string): Promise<Partition> {
  const target = new URL(to);
  const sockets = new Set<Socket>();
  let isCut = false;
  const join = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    return socket;
  };
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      join(from)
        .on('data', (bytes) => void into.write(bytes))
        .once('close', () => into.destroy());
      if (isCut) from.pause();
    }
  });
  server.listen(0, target.hostname);
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const address = server.address();
  const url = new URL(to);
  url.port = typeof address === 'object' && address !== null ? String(address.port) : '';
  return {
    url: url.href,
    begin() {
      isCut = true;
      for (const socket of sockets) socket.pause();
    },
    end() {
      isCut = false;
      for (const socket of sockets) socket.resume();
    },
  };
}
