import { TokenRefusedError } from '../errors/errors.ts';
import type { TokenFacts } from '../principal.ts';
import { clientId } from './client-id.ts';

/** What a request needs besides a good token. */
export interface ScopeRequirement {
  /** All of these must have been granted. Short names (`email`, `profile`) and Google's long ones are equal. */
  readonly scopes?: readonly string[];
  /** At least one of these must have been granted. */
  readonly anyScope?: readonly string[];
}

/** Whose tokens are good for us. */
export interface Policy {
  readonly audience: ReadonlySet<string>;
  readonly authorizedParties: ReadonlySet<string>;
  readonly allowServiceAccounts: boolean;
}

/** The part of the settings that decides about facts, with the strings that facts have: equal ones are found sooner. */
export function policyOf(settings: Policy): Policy {
  return {
    audience: new Set([...settings.audience].map(clientId)),
    authorizedParties: new Set([...settings.authorizedParties].map(clientId)),
    allowServiceAccounts: settings.allowServiceAccounts,
  };
}

/** Google gives service accounts and their impersonations a number for an audience; a client id is never one. */
const SERVICE_AUDIENCE = /^\d+$/;

/**
 * Judges what never changes about a token: whose it is, and whom it names.
 *
 * @throws {TokenRefusedError} the first reason to refuse
 */
export function judgeOwner(facts: TokenFacts, policy: Policy): void {
  // The confused deputy: without this any application's token for our user would pass (RFC 9700 §2.3).
  if (!policy.audience.has(facts.audience)) throw foreign('aud', policy.audience, facts.audience);
  if (!policy.authorizedParties.has(facts.authorizedParty)) {
    throw foreign('azp', policy.authorizedParties, facts.authorizedParty);
  }
  if (facts.subject === undefined && !(policy.allowServiceAccounts && isServiceToken(facts))) {
    throw new TokenRefusedError('ERR_TOKEN_SUBJECT');
  }
}

function foreign(claim: 'aud' | 'azp', expected: ReadonlySet<string>, actual: string): TokenRefusedError {
  const mismatch = { claim, expected: [...expected].map(loggable), actual: loggable(actual) };
  return new TokenRefusedError('ERR_TOKEN_AUDIENCE', [], mismatch);
}

/** The number of a service account is its subject too, which belongs in no log. */
function loggable(client: string): string {
  return SERVICE_AUDIENCE.test(client) ? '(a service account)' : client;
}

/**
 * Judges a token at one moment, whatever it is to be used for. Nothing is remembered of it, so that a token that was good a second
 * ago is judged anew.
 *
 * @throws {TokenRefusedError} the first reason to refuse
 */
export function judgeToken(facts: TokenFacts, policy: Policy, now: number): void {
  judgeOwner(facts, policy);
  if (facts.expiresAt <= now) throw new TokenRefusedError('ERR_TOKEN_EXPIRED');
}

/**
 * Judges what a token allows, for one request. Comes after all that makes a token bad: whoever is told to ask for more scopes
 * must not come back with a token that is refused all the same (RFC 6750 §3.1).
 *
 * @throws {TokenRefusedError} `ERR_TOKEN_SCOPE`
 */
export function judgeScopes(facts: TokenFacts, { scopes, anyScope }: ScopeRequirement): void {
  if (scopes !== undefined && !hasAll(facts, scopes)) throw new TokenRefusedError('ERR_TOKEN_SCOPE', scopes);
  if (anyScope !== undefined && !anyScope.some((scope) => facts.scopes.has(scope))) {
    throw new TokenRefusedError('ERR_TOKEN_SCOPE', anyScope);
  }
}

/** A loop, since nearly every request comes here, and a closure for each would be garbage. */
function hasAll({ scopes }: TokenFacts, needed: readonly string[]): boolean {
  for (const scope of needed) if (!scopes.has(scope)) return false;
  return true;
}

/** A user's token without identity scopes has no subject either, but is no service account's. */
function isServiceToken(facts: TokenFacts): boolean {
  return facts.audience === facts.authorizedParty && SERVICE_AUDIENCE.test(facts.audience);
}
