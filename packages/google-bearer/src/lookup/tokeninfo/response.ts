import { clientId } from '../../judging/client-id.ts';
import { grantedScopes } from '../../judging/granted-scopes.ts';
import type { TokenFacts } from '../../principal.ts';
import type { Verdict } from '../breaker.ts';

/** The least pause that a 429 asks for, also without a `Retry-After`. */
const THROTTLED_MS = 1_000;

/** What came back over the network, before anybody made sense of it. */
export interface TokeninfoReply {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: string;
}

/** Google's yes. */
export interface TokeninfoFacts {
  readonly kind: 'facts';
  readonly facts: TokenFacts;
  /** What Google's clock showed, in ms since the epoch, give or take a second; undefined: it did not tell. */
  readonly googleTime: number | undefined;
}

/** What a reply means. */
export type TokeninfoAnswer =
  | TokeninfoFacts
  /** Google's definite no: unknown, expired or revoked; it does not tell which. */
  | { readonly kind: 'refused' }
  /** No answer about the token. `reason` holds nothing of the reply's text, which may quote the token. */
  | {
      readonly kind: 'unusable';
      readonly reason: string;
      /** What it says about the service. */
      readonly verdict: Verdict;
      readonly retry: boolean;
      readonly retryAfterMs: number | undefined;
    };

/**
 * Makes sense of a reply of Google's tokeninfo (v3). By status, not by text: Google words the same refusal in several
 * ways. Only a 400 or 401 that looks like Google's own (a JSON object) is a no; everything else says nothing about the
 * token: an outage must never look like a bad token.
 *
 * @param now ms since the epoch, to read a `Retry-After` that is a date
 */
export function readReply(reply: TokeninfoReply, now: number): TokeninfoAnswer {
  const { status } = reply;
  const body = parseObject(reply.body);
  if (status === 200) {
    const facts = body && readFacts(body);
    if (body && facts) return { kind: 'facts', facts, googleTime: readGoogleTime(body, facts.expiresAt) };
    // It answers, so it is not down: whoever can bring about one odd answer must not shut everybody out.
    return unusable('tokeninfo answered 200 with a body that is not its own', 'unknown', true);
  }
  if (status === 400 || status === 401) {
    if (body) return { kind: 'refused' };
    return unusable(`tokeninfo answered ${status} with a body that is not its own`, 'failing', true);
  }
  const retryAfterMs = readRetryAfter(reply.retryAfter, now);
  // Who says "not so fast" is not down: we make a pause, whether or not it says how long.
  if (status === 429)
    return unusable('tokeninfo answered 429', 'unknown', true, Math.max(retryAfterMs ?? 0, THROTTLED_MS));
  return unusable(`tokeninfo answered ${status}`, 'failing', status >= 500, retryAfterMs);
}

function unusable(reason: string, verdict: Verdict, retry: boolean, retryAfterMs?: number): TokeninfoAnswer {
  return { kind: 'unusable', reason, verdict, retry, retryAfterMs };
}

/** The JSON object that a text is; undefined for any other text. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The facts in a v3 body, where every value is a string; undefined when it is not one. Members that we do not read are
 * left alone, so that Google may add some.
 */
export function readFacts(body: Record<string, unknown>): TokenFacts | undefined {
  const text = (name: string) => (Object.hasOwn(body, name) ? body[name] : undefined);
  const aud = text('aud');
  const azp = text('azp');
  const sub = text('sub');
  const scope = text('scope');
  const exp = text('exp');
  const email = text('email');
  const emailVerified = text('email_verified');
  const accessType = text('access_type');

  if (!isNonEmpty(aud) || !isNonEmpty(azp)) return undefined;
  if (scope !== undefined && typeof scope !== 'string') return undefined;
  if (sub !== undefined && !isNonEmpty(sub)) return undefined;
  if (email !== undefined && !isNonEmpty(email)) return undefined;
  // Google sends the string "false", which is truthy: only the two exact words are understood.
  if (emailVerified !== undefined && emailVerified !== 'true' && emailVerified !== 'false') return undefined;
  if (typeof exp !== 'string' || !/^\d{1,12}$/.test(exp)) return undefined;

  return Object.freeze({
    subject: sub,
    email,
    emailVerified: email !== undefined && emailVerified === 'true',
    audience: clientId(aud),
    authorizedParty: clientId(azp),
    scopes: grantedScopes(scope ?? ''),
    expiresAt: Number(exp) * 1000,
    // Nothing is decided by it, so a word that Google may add is no reason to refuse.
    accessType: accessType === 'online' || accessType === 'offline' ? accessType : undefined,
  });
}

/** The end of a token minus the time it has left. */
function readGoogleTime(body: Record<string, unknown>, expiresAt: number): number | undefined {
  const { expires_in: left } = body;
  return typeof left === 'string' && /^\d{1,9}$/.test(left) ? expiresAt - Number(left) * 1000 : undefined;
}

function isNonEmpty(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** RFC 9110 §10.2.3: seconds, or a date. */
function readRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  // Date.parse alone takes "-5" for a date of some kind.
  const date = /^[A-Z][a-z]{2}, .* GMT$/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
