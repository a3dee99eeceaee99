'use client';

import { explain } from '../calls/outcome.ts';
import type { Calls } from '../calls/use-calls.ts';
import type { Result } from './result.ts';
import type { Thief } from './thief/use-thief.ts';
import type { useUser } from './use-user.ts';

/**
 * The act: the thief takes the access token, the API is told to refuse that one, and both go on calling.
 *
 * @param accessToken that of the page
 */
export async function leakToken(
  accessToken: string,
  calls: Calls,
  thief: Thief,
  load: ReturnType<typeof useUser>['load'],
): Promise<Result> {
  await thief.steal(accessToken);
  const revoked = await calls.callApi('DELETE', '/api/token');
  if (revoked.kind !== 'ok') {
    const isDead = revoked.kind === 'refused' && revoked.status === 401;
    const what = isDead ? 'The API refuses this token already.' : 'The token is not revoked.';
    return { tone: 'bad', text: `${what} ${explain(revoked)}` };
  }
  thief.goOn();
  const next = await load();
  if (next.kind !== 'ok') return { tone: 'bad', text: `The API refuses the token from now on. ${explain(next)}` };
  const refused = next.refusal === undefined ? '' : ` (${next.refusal})`;
  return {
    tone: 'good',
    text:
      `The API refuses that one token from now on${refused}. The refresh token brought a new one, and your next call ` +
      'went through. You did not have to sign in again: the session token was not touched.',
  };
}
