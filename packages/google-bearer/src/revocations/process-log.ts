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
 * The memory log of all verifiers of this process that ask the same Google. Next.js loads a module once for route handlers
 * and once more for server components: a verifier made in a module is made twice. With a log for each, a token revoked in a
 * route handler would still open the pages.
 *
 * @param endpoint whose tokens they are
 * @returns the log, and what to call when it is needed no more: it is forgotten with its last user, and takes nothing from one
 *   who has left
 */
export function processRevocationLog(endpoint: URL): { readonly log: RevocationLog; readonly release: () => void } {
  const logs = processLogs();
  const shared = logs.get(endpoint.href) ?? { log: memoryRevocationLog(), users: 0 };
  logs.set(endpoint.href, shared);
  shared.users++;
  let isReleased = false;
  return {
    log: {
      async append(entry) {
        // It may be forgotten already: nothing must be acknowledged that is not kept.
        if (isReleased) throw new Error('the verifier is closed, and its revocation log with it');
        await shared.log.append(entry);
      },
      follow: (follower) => shared.log.follow(follower),
    },
    release() {
      if (isReleased) return;
      isReleased = true;
      if (--shared.users === 0) logs.delete(endpoint.href);
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
