import type { TokenFacts } from '../../principal.ts';
import { parseObject, readFacts } from '../tokeninfo/response.ts';

/**
 * Google's yes, as it is told to other instances. A no is told to nobody: strangers could fill the shared store with tokens
 * that they make up.
 */
export interface SharedAnswer {
  readonly facts: TokenFacts;
  /** How long the answer was to be kept, in ms: with what is left of it, that tells how old it is. */
  readonly lifeMs: number;
  /** What Google's clock showed when it answered, in ms since the epoch; undefined: unknown. */
  readonly googleTime: number | undefined;
}

/** Facts in the words of tokeninfo, so that one reader serves both. */
export function writeAnswer({ facts, lifeMs, googleTime }: SharedAnswer): string {
  return JSON.stringify({
    lifeMs,
    googleTime,
    aud: facts.audience,
    azp: facts.authorizedParty,
    sub: facts.subject,
    scope: [...facts.scopes].join(' '),
    exp: String(facts.expiresAt / 1000),
    email: facts.email,
    email_verified: String(facts.emailVerified),
    access_type: facts.accessType,
  });
}

/** Reads what {@link writeAnswer} wrote, trusting nothing; undefined when it is anything else. */
export function readAnswer(text: unknown): SharedAnswer | undefined {
  const body = typeof text === 'string' ? parseObject(text) : undefined;
  const facts = body && readFacts(body);
  if (body === undefined || facts === undefined) return undefined;
  const { lifeMs, googleTime } = body;
  if (!isWhole(lifeMs) || lifeMs <= 0) return undefined;
  if (googleTime !== undefined && !isWhole(googleTime)) return undefined;
  return { facts, lifeMs, googleTime };
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value);
}
