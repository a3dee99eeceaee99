import type { FastifyBaseLogger } from 'fastify';

/** A line below may be there for other reasons. */
const LEVELS: ReadonlySet<unknown> = new Set(['info', 'warn', 'error', 'fatal']);

/**
 * The same log, which also tells when one of its lines is about this error: as pino takes errors (`error(err)`, `error({ err })`), under
 * another name (`warn({ error })`), or through a child of it.
 *
 * Everything else happens on the log itself, as if nobody watched. It may be of any class, with private fields; and a log that merely
 * inherited from a pino log would pass its children's lines on without their bindings and redactions.
 */
export function watchedLog(log: FastifyBaseLogger, error: Error, onSaid: () => void): FastifyBaseLogger {
  const isAbout = (part: unknown): boolean =>
    part === error || (typeof part === 'object' && part !== null && Object.values(part).includes(error));
  // Not a proxy of the log: that could not stand in for the methods of a frozen one.
  return new Proxy(Object.create(log), {
    get(_, name): unknown {
      if (name === 'child') {
        return (...args: Parameters<FastifyBaseLogger['child']>) => watchedLog(log.child(...args), error, onSaid);
      }
      const value: unknown = Reflect.get(log, name, log);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        if (LEVELS.has(name) && isWritten(log, name) && args.some(isAbout)) onSaid();
        return Reflect.apply(value, log, args);
      };
    },
    set: (_, name, value) => Reflect.set(log, name, value, log),
  });
}

/** Whether a log writes lines of a level; one that does not tell writes all. */
function isWritten(log: FastifyBaseLogger, level: unknown): boolean {
  if (!('isLevelEnabled' in log) || typeof log.isLevelEnabled !== 'function') return true;
  return log.isLevelEnabled(level) !== false;
}
