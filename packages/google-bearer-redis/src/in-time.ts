import { RedisTimeoutError } from './errors.ts';

/**
 * The promise's outcome, if it comes in time. An answer may have come while this process was too busy to see it: sockets are
 * read once more before the time is said to be over.
 *
 * @param onLate called when it is
 * @throws {RedisTimeoutError} after `timeoutMs`
 */
export async function inTime<T>(promise: Promise<T>, timeoutMs: number, onLate: () => void = () => {}): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const giveUp = () => {
    reject(new RedisTimeoutError());
    onLate();
  };
  let immediate: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    immediate = setImmediate(giveUp);
  }, timeoutMs);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
    clearImmediate(immediate);
  }
}
