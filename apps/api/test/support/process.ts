import { eventually } from '@google-bearer/test-kit/eventually';
import { type Ending, type NodeProgram, startNode } from '@google-bearer/test-kit/node-program';
import type { Test } from 'tap';
import { bundledApi } from './bundled.ts';

export interface ApiProcess extends NodeProgram {
  /** Where it listens. */
  readonly url: string;
}

type Environment = Readonly<Record<string, string>>;

/**
 * On a machine with too much to do, neither a view that is late nor an emulator that is slow is what a test looks at. The emulator is in the
 * process of the test, which may have to wait for a core.
 */
export const PATIENCE: Environment = { MAX_STALENESS_MS: '30000', TOKENINFO_TIMEOUT_MS: '20000' };

/** Runs the API as a process of its own, with these variables and no others, until it ends by itself. */
export async function runApi(t: Test, env: Environment): Promise<Ending & { stdout: string; stderr: string }> {
  const { stdout, stderr, ended } = await launch(t, env);
  return { ...(await ended), stdout: stdout(), stderr: stderr() };
}

/**
 * Starts the API as a process of its own and waits until it listens: on a free port, which its log tells, or on the `PORT` that is
 * given. It has {@link PATIENCE}, unless told otherwise.
 */
export async function startProcess(t: Test, env: Environment): Promise<ApiProcess> {
  const program = await launch(t, { PORT: '0', ...PATIENCE, ...env });
  const listening = program.said(/Server listening at (http:[^"]+)"/).then(([, url = '']) => url);
  const url = env.PORT === undefined ? await listening : await Promise.race([answering(program, env.PORT), listening]);
  return { ...program, url };
}

/** Resolves once it answers; when it has ended as well, which is for others to tell. */
async function answering({ child }: NodeProgram, port: string): Promise<string> {
  const url = `http://127.0.0.1:${port}`;
  await eventually('an API that answers', async () => {
    return child.exitCode !== null || (await fetch(`${url}/healthz`).catch(() => undefined))?.ok;
  });
  return child.exitCode === null ? url : new Promise(() => {});
}

async function launch(t: Test, env: Environment): Promise<NodeProgram> {
  return startNode(t, [await bundledApi()], {
    env,
    // Whatever it wrote, no token and no password may be in it.
    afterwards(output) {
      if (/ya29\./.test(output)) throw new Error('the API logged a token');
      const { password } = new URL(env.DATABASE_URL ?? 'none:');
      if (password && output.includes(password)) throw new Error('the API logged the password of the database');
    },
  });
}
