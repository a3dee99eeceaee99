import type { RevocationLog } from './log.ts';
import { memoryRevocationLog } from './memory-log.ts';

/** The memory log of some verifiers, and how many of them live. */
interface SharedLog {
  readonly log: RevocationLog;
  users: number;
}

/** Under this name all copies of this package in one process find the same logs. */
const LOGS = Symbol.for('google-bearer.process-logs');

/**
 * The memory log of all verifiers of this process that judge the same tokens. Next.js loads a module once for route handlers
 * and once more for server components: a verifier made in a module is made twice. With a log for each, a token revoked in a
 * route handler would still open the pages.
 *
 * @param audience the client ids
 * @param endpoint whose tokens they are
 * @returns the log, and what to call when it is needed no more: it is forgotten with its last user
 */
export function processRevocationLog(
  audience: ReadonlySet<string>,
  endpoint: URL,
): { readonly log: RevocationLog; readonly release: () => void } {
  const logs = processLogs();
  const key = JSON.stringify([endpoint.href, ...[...audience].sort()]);
  const shared = logs.get(key) ?? { log: memoryRevocationLog(), users: 0 };
  logs.set(key, shared);
  shared.users++;
  let isReleased = false;
  return {
    log: shared.log,
    release() {
      if (isReleased) return;
      isReleased = true;
      if (--shared.users === 0) logs.delete(key);
    },
  };
}

function processLogs(): Map<string, SharedLog> {
  const found: unknown = Reflect.get(globalThis, LOGS);
  if (found instanceof Map) return found;
  const logs = new Map<string, SharedLog>();
  Reflect.set(globalThis, LOGS, logs);
  return logs;
}
