import type { TokenFacts } from '../principal.ts';
import { subjectKey } from '../token/subject-key.ts';

/** All that is kept about a good token. Frozen: one object serves every request with that token. */
export interface KnownToken {
  readonly facts: TokenFacts;
  /** When Google said so, here or to another instance, in ms since the epoch by our clock. */
  readonly statedAt: number;
  /** The user's name in the rules about users; undefined when the token names no user. */
  readonly subjectKey: string | undefined;
}

/** Puts together what Google said and when. */
export function knownToken(facts: TokenFacts, statedAt: number): KnownToken {
  const { subject } = facts;
  return Object.freeze({ facts, statedAt, subjectKey: subject === undefined ? undefined : subjectKey({ subject }) });
}

/** Whether something is younger than `lifeMs`. An age below zero is unknown: the clock was set back. */
export function isYounger(lifeMs: number, statedAt: number, now: number): boolean {
  const age = now - statedAt;
  return age >= 0 && age < lifeMs;
}
