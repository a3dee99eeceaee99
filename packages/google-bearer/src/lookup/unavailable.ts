import { RetryLaterError } from '../errors/errors.ts';

/**
 * The error of a lookup that has no answer.
 *
 * @param reason for its cause; nothing of a request or a reply
 * @param retryAfterMs when to try again; a second unless told
 */
export function unavailable(reason: string, retryAfterMs?: number): RetryLaterError {
  return new RetryLaterError('ERR_TOKENINFO_UNAVAILABLE', {
    cause: new Error(reason),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}
