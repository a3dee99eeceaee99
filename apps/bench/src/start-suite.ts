import { fork } from 'node:child_process';
import type { Outcome, Size } from './suite.ts';

/** What the process of a suite tells the one that started it. */
export type Message =
  | { readonly kind: 'says'; readonly what: string }
  | { readonly kind: 'outcome'; readonly outcome: Outcome };

/** A million tokens and what belongs to them, several times over. */
const HEAP_MB = 8_192;

/** What fast-jwt says to raw tokens as keys, which are measured nevertheless. */
const KNOWN_WARNING = 'FAST_JWT_CACHE_KEY_BUILDER_SECURITY_RISK';

/**
 * Runs a suite in a process of its own.
 *
 * @param say is told what the suite is doing
 * @throws {Error} when it fails; what it had to say about that is on stderr
 */
export function startSuite(name: string, size: Size, say: (what: string) => void): Promise<Outcome> {
  const child = fork(new URL('run-suite.js', import.meta.url), [name, size], {
    execArgv: ['--expose-gc', `--max-old-space-size=${HEAP_MB}`, `--disable-warning=${KNOWN_WARNING}`],
  });
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  child.on('message', (message: Message) => {
    if (message.kind === 'says') say(message.what);
    else resolve(message.outcome);
  });
  child.once('error', reject);
  child.once('exit', (code, signal) => reject(new Error(`the suite ${name} ended with ${signal ?? code}`)));
  return promise;
}
