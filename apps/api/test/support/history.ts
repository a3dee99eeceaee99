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

/** A stream that was opened with a token. */
export interface StreamHeld {
  readonly kind: 'stream';
  readonly token: string;
  readonly at: number;
  readonly openedAt: number;
  /** The latest time at which it surely was still open. */
  readonly openAsOf: number;
  /** When its end was read; undefined: it was still open in the end. */
  readonly endedAt: number | undefined;
  /** Why the API has ended it; undefined: it did not say. */
  readonly code: string | undefined;
}

export type HistoryEvent = Use | Revocation | StreamHeld;

/** Where a history breaks the promise. */
export interface Breach {
  readonly rule: 'accepted too late' | 'revoked by nobody' | 'open too long' | 'ended by nobody';
  readonly event: Use | StreamHeld;
  readonly revocation: Revocation | undefined;
}

/**
 * Judges a recorded history against the promise: no API accepts a token more than `boundMs` after its revocation was
 * acknowledged by any, nor lets a stream go on that was opened with it, and no token is taken for revoked that nobody has asked
 * to revoke.
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
  for (const event of history) {
    if (event.kind === 'revocation') continue;
    const done = acknowledged.get(event.token);
    const isTooLate = (time: number): boolean => done !== undefined && time > done.answeredAt + boundMs;
    const begun = asked.get(event.token);
    const isByNobody = (time: number): boolean => begun === undefined || begun.sentAt > time;
    if (event.kind === 'use') {
      const { verdict, sentAt, answeredAt } = event;
      if (verdict === 'accepted' && isTooLate(sentAt))
        found.push({ rule: 'accepted too late', event, revocation: done });
      if (verdict === 'revoked' && isByNobody(answeredAt)) {
        found.push({ rule: 'revoked by nobody', event, revocation: begun });
      }
    } else {
      const { code, openAsOf, endedAt = Number.POSITIVE_INFINITY } = event;
      if (isTooLate(openAsOf)) found.push({ rule: 'open too long', event, revocation: done });
      if (code === 'ERR_TOKEN_REVOKED' && isByNobody(endedAt)) {
        found.push({ rule: 'ended by nobody', event, revocation: begun });
      }
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
    .filter((event): event is Revocation => event.kind === 'revocation' && event.acknowledged)
    .map((event) => Math.max(0, (latest.get(event.token) ?? 0) - event.answeredAt))
    .sort((a, b) => a - b);
}

function keepFirst(into: Map<string, Revocation>, event: Revocation, time: (event: Revocation) => number): void {
  const known = into.get(event.token);
  if (known === undefined || time(event) < time(known)) into.set(event.token, event);
}
