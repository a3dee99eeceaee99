import type { LoggerInstance } from 'next-auth';
import { scrub, scrubText } from './scrub.ts';

/**
 * NextAuth's own log lines, without what must not be in a log: its default logger prints tokens, codes, cookies and the
 * whole profile when `debug` is on.
 *
 * @param debug whether debug lines are written
 */
export function scrubbingLogger(debug: boolean): Pick<LoggerInstance, 'error' | 'warn' | 'debug'> {
  return {
    error(code, metadata) {
      console.error(
        `[next-auth][error][${codeOf(code)}]`,
        `https://next-auth.js.org/errors#${codeOf(code).toLowerCase()}`,
        scrub(metadata),
      );
    },
    warn(code) {
      console.warn(
        `[next-auth][warn][${codeOf(code)}]`,
        `https://next-auth.js.org/warnings#${codeOf(code).toLowerCase()}`,
      );
    },
    debug(code, metadata) {
      if (debug) console.log(`[next-auth][debug][${codeOf(code)}]`, scrub(metadata));
    },
  };
}

/** A line of ours, in the same form. `text` must not hold anything of a person or a token. */
export function report(code: string, text: string): void {
  console.error(`[next-auth-google-bearer][${code}]`, text);
}

const warned = new Set<string>();

/** A warning to the developer, the first time that there is reason for it. */
export function warnOnce(code: string, text: string): void {
  if (warned.has(code)) return;
  warned.add(code);
  console.warn(`[next-auth-google-bearer][${code}]`, text);
}

/** Anybody may post a code to NextAuth's `_log`. */
function codeOf(code: unknown): string {
  return typeof code === 'string' && /^\w{1,60}$/.test(code) ? code : scrubText(String(code)).slice(0, 60);
}
