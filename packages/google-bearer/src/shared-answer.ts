import type { TokenFacts } from './claims.ts';
import { parseObject, readFacts } from './tokeninfo/response.ts';

/** What Google said about a token, as it is told to other instances. */
export interface SharedAnswer {
  /** Undefined: Google said no. */
  readonly facts: TokenFacts | undefined;
  /** How long the answer was to be kept, in ms: with what is left of it, that tells how old it is. */
  readonly lifeMs: number;
}

/** Facts in the words of tokeninfo, so that one reader serves both. */
export function writeAnswer({ facts, lifeMs }: SharedAnswer): string {
  if (facts === undefined) return JSON.stringify({ lifeMs, refused: true });
  return JSON.stringify({
    lifeMs,
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
  if (body === undefined) return undefined;
  const { lifeMs, refused } = body;
  if (typeof lifeMs !== 'number' || !Number.isSafeInteger(lifeMs) || lifeMs <= 0) return undefined;
  if (refused === true) return { facts: undefined, lifeMs };
  const facts = readFacts(body);
  return facts && { facts, lifeMs };
}
