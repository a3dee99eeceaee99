import { join } from 'node:path';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import type { Test } from 'tap';
import { buildApp } from '../../src/app.ts';
import { type Config, readEnv } from '../../src/env.ts';
import { PATIENCE } from './process.ts';
import { ADA, type Google, startGoogle } from './secrets.ts';

type Environment = Readonly<Record<string, string>>;

/** The configuration that these variables make, on top of what every test needs. */
function configFrom(env: Environment): Config {
  const reading = readEnv({ LOG_LEVEL: 'trace', ...PATIENCE, ...env });
  if ('problems' in reading) throw new Error(reading.problems.join('\n'));
  return reading.config;
}

export interface Api {
  readonly app: FastifyInstance;
  readonly google: Google;
  readonly dataDir: string;
  readonly lines: readonly string[];
  /** Sends a request with a token. */
  as(token: string, request: InjectOptions): Promise<LightMyRequestResponse>;
}

/**
 * The API in this process, with an emulator. When the test ends, every line that it logged is searched for tokens, e-mail
 * addresses and subs.
 */
export async function startApi(
  t: Test,
  env: Environment = {},
  { google = undefined, dataDir = undefined }: { google?: Google | undefined; dataDir?: string | undefined } = {},
): Promise<Api> {
  const emulator = google ?? (await startGoogle(t));
  const lines: string[] = [];
  const config = configFrom({
    GOOGLE_CLIENT_ID: emulator.clientId,
    GOOGLE_EMULATOR_URL: emulator.url,
    DATA_DIR: dataDir ?? env.DATA_DIR ?? join(t.testdir(), 'data'),
    ADMIN_SUBJECTS: ADA.sub,
    ...env,
  });
  const app = await buildApp(config, { logDestination: { write: (line) => void lines.push(line) } });
  t.teardown(async () => {
    await app.close();
    // The test is over, so an assertion would come too late; what a teardown throws fails it even so.
    const [leak] = emulator.leaks(lines);
    if (leak !== undefined) throw new Error(`a log line holds a token, an e-mail address or a sub: ${leak}`);
    const { password } = new URL(config.databaseUrl ?? 'none:');
    if (password && lines.some((line) => line.includes(password))) throw new Error('a log line holds the password');
  });
  return {
    app,
    google: emulator,
    dataDir: config.dataDir,
    lines,
    as: (token, request) =>
      app.inject({ ...request, headers: { authorization: `Bearer ${token}`, ...request.headers } }),
  };
}

export function errorOf(response: LightMyRequestResponse): { readonly status: number; readonly code: unknown } {
  const { code } = response.json<{ code?: unknown }>();
  return { status: response.statusCode, code };
}
