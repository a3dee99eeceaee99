import { fileURLToPath } from 'node:url';
import { type GoogleEmulator, startGoogleEmulator } from 'google-oauth-emulator';
import { apiEnv, apiPort } from './env.ts';
import { guide } from './guide.ts';
import { freePort } from './ports.ts';
import { Service } from './service.ts';

/** `--dev`: the API starts anew whenever one of its sources changes. */
const watch = process.argv.includes('--dev') ? ['--watch', '--watch-preserve-output'] : [];

/** The API runs as this program does: from its sources, or built. */
const [apiFile, conditions] = import.meta.filename.endsWith('.ts')
  ? ['../../api/src/main.ts', ['--conditions=google-bearer-source']]
  : ['../../api/dist/main.js', []];
const apiArgs = [...watch, ...conditions, fileURLToPath(new URL(apiFile, import.meta.url))];

async function startEmulator(): Promise<GoogleEmulator> {
  console.log('Starting the Google emulator …');
  return startGoogleEmulator({ port: await freePort(4400) });
}

async function startApi(emulator: GoogleEmulator, port: number): Promise<Service> {
  console.log('Starting the API …');
  const env = apiEnv(emulator, port);
  const api = new Service({ name: 'api', args: apiArgs, env, readyUrl: `http://127.0.0.1:${port}/readyz` });
  try {
    await api.ready();
  } catch (error) {
    await api.stop();
    throw error;
  }
  return api;
}

const stopped = new Promise<void>((resolve) => {
  process.once('SIGINT', resolve);
  process.once('SIGTERM', resolve);
});

async function run(): Promise<void> {
  const emulator = await startEmulator();
  try {
    const port = await freePort(apiPort());
    const api = await startApi(emulator, port);
    console.log(guide(emulator.url, `http://127.0.0.1:${port}`));
    const first = await Promise.race([stopped.then(() => 'signal'), api.exited.then(() => 'api')]);
    if (first === 'api') throw new Error('the API has ended; its own words are above');
    console.log('\nStopping …');
    await api.stop();
  } finally {
    await emulator.close();
  }
}

run().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
