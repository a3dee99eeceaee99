/** An entry is kept this much longer than any token it can match, in case this machine's clock is set back. */
const KEEP_LONGER_MS = 60_000;

/** Refuses the tokens that were issued before a moment; until the last of them has ended. In ms since the epoch. */
export interface IssuedBefore {
  readonly issuedBefore: number;
  readonly expiresAt: number;
}

/** Rules may come in any order and more than once: the strictest stays. */
export function stricter(a: IssuedBefore, b: IssuedBefore | undefined): IssuedBefore {
  const issuedBefore = Math.max(a.issuedBefore, b?.issuedBefore ?? 0);
  return { issuedBefore, expiresAt: Math.max(a.expiresAt, b?.expiresAt ?? 0) };
}

/** Whether what was needed until `expiresAt` may be dropped. */
export function isDead(expiresAt: number): boolean {
  return expiresAt <= Date.now() - KEEP_LONGER_MS;
}
