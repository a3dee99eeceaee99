/** What an API said about a token. */
export type Verdict = 'accepted' | 'revoked' | 'unavailable' | 'other';

/** A request with a token, by the clock of the one who sent it, in ms. */
export interface Use {
  readonly kind: 'use';
  readonly token: string;
  /** Which API was asked. */
  readonly at: number;
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly verdict: Verdict;
}

/** A request to revoke a token. */
export interface Revocation {
  readonly kind: 'revocation';
  readonly token: string;
  readonly at: number;
  readonly sentAt: number;
  readonly answeredAt: number;
  /** Without it the token may be revoked or not. */
  readonly acknowledged: boolean;
}

export type HistoryEvent = Use | Revocation;

/** Where a history breaks the promise. */
export interface Breach {
  readonly rule: 'accepted too late' | 'revoked by nobody';
  readonly use: Use;
  readonly revocation: Revocation | undefined;
}

/**
 * Judges a recorded history against the promise: no API accepts a token more than `boundMs` after its revocation was
 * acknowledged by any, and no token is taken for revoked that nobody has asked to revoke.
 *
 * An answer counts from when its request was sent: whatever was judged before then is not its business. So a breach that is
 * found is one, whatever the order in which the answers came back.
 */
export function breaches(history: readonly HistoryEvent[], boundMs: number): Breach[] {
  const acknowledged = new Map<string, Revocation>();
  const asked = new Map<string, Revocation>();
  for (const event of history) {
    if (event.kind !== 'revocation') continue;
    keepFirst(asked, event, ({ sentAt }) => sentAt);
    if (event.acknowledged) keepFirst(acknowledged, event, ({ answeredAt }) => answeredAt);
  }
  const found: Breach[] = [];
  for (const use of history) {
    if (use.kind !== 'use') continue;
    const done = acknowledged.get(use.token);
    if (use.verdict === 'accepted' && done !== undefined && use.sentAt > done.answeredAt + boundMs) {
      found.push({ rule: 'accepted too late', use, revocation: done });
    }
    const begun = asked.get(use.token);
    if (use.verdict === 'revoked' && (begun === undefined || begun.sentAt > use.answeredAt)) {
      found.push({ rule: 'revoked by nobody', use, revocation: begun });
    }
  }
  return found;
}

/** How long after each acknowledgement the token was still accepted somewhere, in ms; 0: not at all. Sorted. */
export function delays(history: readonly HistoryEvent[]): number[] {
  const latest = new Map<string, number>();
  for (const event of history) {
    if (event.kind === 'use' && event.verdict === 'accepted') {
      latest.set(event.token, Math.max(latest.get(event.token) ?? 0, event.sentAt));
    }
  }
  return history
    .filter((event) => event.kind === 'revocation' && event.acknowledged)
    .map((event) => Math.max(0, (latest.get(event.token) ?? 0) - event.answeredAt))
    .sort((a, b) => a - b);
}

function keepFirst(into: Map<string, Revocation>, event: Revocation, time: (event: Revocation) => number): void {
  const known = into.get(event.token);
  if (known === undefined || time(event) < time(known)) into.set(event.token, event);
}
