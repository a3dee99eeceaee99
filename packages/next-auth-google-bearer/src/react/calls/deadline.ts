import { LONGEST_DELAY_MS } from '../session/refetch-delay.ts';
import { ApiTimeoutError } from './errors.ts';

/**
 * Runs a call, and rejects as soon as the caller's signal says so or the time is over, whatever it is waiting for. What others wait for
 * as well, such as the session, goes on.
 *
 * @throws {ApiTimeoutError} after `timeoutMs`
 * @throws {TypeError} when `timeoutMs` is no number above 0
 */
export async function withDeadline<T>(
  caller: AbortSignal | null | undefined,
  timeoutMs: number,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (typeof timeoutMs !== 'number' || !(timeoutMs > 0)) throw new TypeError('timeoutMs: expected ms, above 0');
  caller?.throwIfAborted();
  const overdue = new AbortController();
  const timer = setTimeout(
    () => overdue.abort(new ApiTimeoutError(`the call was not answered within ${timeoutMs} ms`)),
    Math.min(timeoutMs, LONGEST_DELAY_MS),
  );
  const signal = caller ? AbortSignal.any([caller, overdue.signal]) : overdue.signal;
  let onAbort: () => void = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([run(signal), aborted]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
