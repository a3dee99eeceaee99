import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** A port for each part. */
export interface Ports {
  readonly emulator: number;
  readonly api: number;
  readonly web: number;
}

/** The ports that people expect, or any free ones where another program has them; never the same one twice. */
export async function freePorts(wanted: Ports): Promise<Ports> {
  const web = await freePort(wanted.web);
  const api = await freePort(wanted.api, [web]);
  return { web, api, emulator: await freePort(wanted.emulator, [web, api]) };
}

/** The port that people expect (0: any), or any free one when another program has it, or when it is in `except`. */
export async function freePort(preferred: number, except: readonly number[] = []): Promise<number> {
  for (let port = preferred; ; port = 0) {
    const bound = await bind(port, '127.0.0.1');
    if (bound !== undefined && !except.includes(bound) && !(await isUsedElsewhere(bound))) return bound;
  }
}

/** A browser that is sent to localhost goes to whoever listens on either address, so a port has to be free on both. */
async function isUsedElsewhere(port: number): Promise<boolean> {
  if ((await bind(port, '::1')) === undefined) return true;
  // Some systems let one program bind 127.0.0.1 while another listens on every address.
  const answers = await Promise.all(['127.0.0.1', '::1'].map((host) => isAnswered(port, host)));
  return answers.includes(true);
}

/** The port that could be bound, undefined when it is taken. An address that this machine has not counts as free. */
async function bind(port: number, host: string): Promise<number | undefined> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE' || code === 'EACCES') return undefined;
    if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') return port;
    throw error;
  } finally {
    server.close();
  }
}

const CONNECT_WITHIN_MS = 500;

async function isAnswered(port: number, host: string): Promise<boolean> {
  const socket = connect({ port, host });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(CONNECT_WITHIN_MS) });
    return true;
  } catch {
    return false;
  } finally {
    socket.on('error', () => undefined).destroy();
  }
}
