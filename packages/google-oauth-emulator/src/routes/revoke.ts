import { singleValue } from '../authorization-request.ts';
import { oauthError } from '../google-errors.ts';
import { type Answer, json } from '../http/answer.ts';
import { type EmulatorRequest, repeatedParameter } from '../http/request.ts';
import type { Route } from '../http/route.ts';
import type { State } from '../state.ts';

/** Ends a whole grant: every access and refresh token of all the project's clients for that person, and the consent. */
export const revokeRoutes: readonly Route[] = [{ method: 'POST', path: '/revoke', handle: revoke }];

function revoke({ query, form }: EmulatorRequest, state: State): Answer {
  const parameters = new URLSearchParams([...query, ...form]);
  const repeated = repeatedParameter(parameters);
  if (repeated !== undefined) throw oauthError(400, 'invalid_request', singleValue(repeated));
  const value = parameters.get('token');
  if (!value) throw oauthError(400, 'invalid_request', 'Missing required parameter: token');
  const token = state.tokens.liveAccess(value) ?? state.tokens.liveRefresh(value);
  if (token === undefined) throw oauthError(400, 'invalid_token', 'Token expired or revoked');
  token.lineage.grant.ended = true;
  return json(200, {});
}
