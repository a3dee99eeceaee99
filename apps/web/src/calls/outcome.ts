import { formatChallenge, readChallenge } from './challenge.ts';
import { membersOf } from './members.ts';

/** How a call ended. */
export type Outcome =
  | { readonly kind: 'ok'; readonly status: number; readonly body: unknown }
  | {
      readonly kind: 'refused';
      readonly status: number;
      /** The API's own words, if it has any. */
      readonly reason: string | undefined;
      /** The API's code of the error. */
      readonly code: string | undefined;
      /** The token that came in place of a refused one was refused as well: another one does not help. */
      readonly isAgain: boolean;
      /** What the token would have to allow; empty unless that is what is wrong. */
      readonly missingScopes: readonly string[];
    }
  | { readonly kind: 'unreached' }
  /** It was reached, perhaps, and said nothing. */
  | { readonly kind: 'silent'; readonly afterMs: number }
  /** This site could not be asked for the token. */
  | { readonly kind: 'no-session' }
  | { readonly kind: 'signed-out' };

/**
 * Reads a response to its end.
 *
 * @param isAgain whether its token came in place of one that was refused, and is refused as well
 */
export async function readOutcome(response: Response, isAgain = false): Promise<Outcome> {
  const { ok, status, headers } = response;
  const body = parse(await response.text());
  if (ok) return { kind: 'ok', status, body };
  const challenge = readChallenge(headers);
  const [message, code] = ['message', 'code'].map((name) => membersOf(body).get(name));
  return {
    kind: 'refused',
    status,
    reason: (challenge && formatChallenge(challenge)) ?? (typeof message === 'string' ? message : undefined),
    code: typeof code === 'string' ? code : undefined,
    isAgain: isAgain && status === 401,
    missingScopes: challenge?.error === 'insufficient_scope' ? challenge.scopes : [],
  };
}

/** What a person should know about a call that did not succeed, and can do about it. */
export function explain(outcome: Exclude<Outcome, { kind: 'ok' }>, who = 'The API'): string {
  if (outcome.kind === 'unreached') return `${who} could not be reached. Check that it runs, then try again.`;
  if (outcome.kind === 'silent')
    return `${who} did not answer within ${outcome.afterMs / 1000} seconds. It may hang: try again in a moment.`;
  if (outcome.kind === 'no-session') return 'This site could not be reached. Check your connection, then try again.';
  if (outcome.kind === 'signed-out') return 'There is no access token to send any more. Sign in again.';
  const { status, reason, isAgain } = outcome;
  const said = `${who} answered ${status}${reason === undefined ? '' : ` (${reason})`}.`;
  if (status >= 500 || status === 429) return `${said} This is not about you: try again in a moment.`;
  if (isAgain) return `${said} It refused the token before as well: an administrator may have blocked your account.`;
  if (status === 401) return `${said} No new token could be had just now: try again, or sign in again.`;
  return said;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
