import { createServer } from 'node:net';
import closeWithGrace from 'close-with-grace';
import { buildApp } from './app.ts';
import { type Config, readProcessEnv } from './env.ts';
import { placeOf, StartError } from './start-error.ts';

/** How long requests under way may take to end once the process is told to stop, in ms. */
const GRACE_MS = 15_000;

async function start(config: Config): Promise<void> {
  const { host } = config;
  // The metadata name the port, so it has to be known before the routes are built.
  const reserved = config.port === 0 ? await reservePort(host) : undefined;
  const port = reserved?.port ?? config.port;
  const app = await buildApp({ ...config, port });
  closeWithGrace({ delay: GRACE_MS, logger: false, onTimeout: () => app.log.error('gave up waiting') }, async (why) => {
    if (why.err !== undefined) app.log.fatal({ err: why.err }, 'closing after an error');
    else app.log.info({ signal: why.signal }, 'closing');
    await app.close();
  });
  await reserved?.release();
  await app.listen({ host, port }).catch(async (error: unknown) => {
    await app.close();
    throw listenError(error, host, port);
  });
}

/** A free port, kept from everybody else until it is released: opening a database far away takes its time. */
function reservePort(host: string): Promise<{ readonly port: number; release(): Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error) => reject(listenError(error, host, 0)));
    server.listen(0, host, () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : 0,
        release: () => new Promise((released) => server.close(() => released())),
      });
    });
  });
}

function listenError(error: unknown, host: string, port: number): unknown {
  const place = placeOf(host, port);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return new StartError(`PORT: ${place} is taken by another program`);
    case 'EACCES':
      return new StartError(`PORT: this user may not listen on ${place}`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new StartError(`HOST: ${host} is not an address of this machine`);
    default:
      return error;
  }
}

const reading = readProcessEnv();
if ('problems' in reading) {
  for (const problem of reading.problems) console.error(problem);
  process.exitCode = 1;
} else {
  try {
    await start(reading.config);
  } catch (error) {
    console.error(error instanceof StartError ? error.message : error);
    process.exit(1);
  }
}
