import { noteOf } from './entry.ts';
import type { KeptNote } from './log.ts';

/** An entry is kept this much longer than any token it can match, in case this machine's clock is set back. */
const KEEP_LONGER_MS = 60_000;

/** Refuses the tokens that were issued before a moment; until the last of them has ended. In ms since the epoch. */
export interface IssuedBefore extends KeptNote {
  readonly issuedBefore: number;
  readonly expiresAt: number;
}

/** The rule that an entry sets. */
export function issuedBeforeOf(entry: IssuedBefore): IssuedBefore {
  const { issuedBefore, expiresAt } = entry;
  return { issuedBefore, expiresAt, ...noteOf(entry) };
}

/** Rules may come in any order and more than once: the strictest stays, with what was said about it. */
export function stricter(a: IssuedBefore, b: IssuedBefore | undefined): IssuedBefore {
  if (b === undefined) return a;
  const strictest = a.issuedBefore > b.issuedBefore ? a : b;
  return { ...strictest, expiresAt: Math.max(a.expiresAt, b.expiresAt) };
}

/** Whether what was needed until `expiresAt` may be dropped. */
export function isDead(expiresAt: number): boolean {
  return expiresAt <= Date.now() - KEEP_LONGER_MS;
}
