'use client';

import type { Session } from 'next-auth';
import { type ReactNode, useState } from 'react';
import styles from './token-life.module.css';
import { useFingerprint } from './use-fingerprint.ts';
import { useNow } from './use-now.ts';

const HOUR_MS = 3_600_000;
const BRIEF_MS = 300_000;

/** How long the access token lives, and when it is renewed. The token itself is not shown. */
export function TokenLife({ session }: { readonly session: Session }): ReactNode {
  const { accessToken, accessTokenExpiresAt, accessTokenRefreshAt } = session;
  const now = useNow();
  const fingerprint = useFingerprint(accessToken);
  const life = useLife(accessTokenExpiresAt, now);
  const leftMs = remaining(accessTokenExpiresAt, now);
  const refreshInMs = remaining(accessTokenRefreshAt, now);
  return (
    <section className={styles.life} aria-labelledby="life-title">
      <h2 id="life-title">Your access token</h2>
      <p className={styles.fingerprint}>
        {/* Four digits at a time, so that one sees at once whether it is another one. */}
        SHA-256 <code data-testid="fingerprint">{fingerprint?.match(/.{4}/g)?.join(' ') ?? '–'}</code>
      </p>
      {/* A timer is not read out every second. */}
      <div role="timer" aria-live="off" aria-labelledby="life-title" className={styles.count}>
        {leftMs === undefined ? <span>–:–</span> : <time dateTime={duration(leftMs)}>{clock(leftMs)}</time>}
        <span className={styles.unit}>
          {accessToken === undefined ? 'no token' : leftMs === 0 ? 'expired' : 'left to live'}
        </span>
      </div>
      <div className={styles.bar} aria-hidden="true">
        {leftMs !== undefined && life !== undefined && <span style={{ inlineSize: percent(leftMs, life) }} />}
        {leftMs !== undefined && refreshInMs !== undefined && life !== undefined && refreshInMs > 0 && (
          <i style={{ insetInlineStart: percent(leftMs - refreshInMs, life) }} />
        )}
      </div>
      <p className={styles.next}>
        {accessToken === undefined ? (
          'There is nothing to renew.'
        ) : (
          <RefreshTime refreshAt={accessTokenRefreshAt} inMs={refreshInMs} isOver={leftMs === 0} />
        )}
      </p>
    </section>
  );
}

function RefreshTime(props: {
  readonly refreshAt: number | undefined;
  readonly inMs: number | undefined;
  readonly isOver: boolean;
}): ReactNode {
  const { refreshAt, inMs, isOver } = props;
  // As long as the time is not known, its line keeps its place.
  if (refreshAt === undefined || inMs === undefined) return 'Renewed by itself.';
  if (isOver) return 'A new one is tried for by itself.';
  if (inMs === 0) return 'Renewed by itself any moment now.';
  const at = new Date(refreshAt);
  return (
    <>
      Renewed by itself in <time dateTime={duration(inMs)}>{clock(inMs)}</time>, at{' '}
      <time dateTime={at.toISOString()}>{at.toLocaleTimeString('en-GB')}</time>.
    </>
  );
}

/**
 * The whole life of the token in ms, as far as it can be told: Google does not say when it was issued. Google's tokens
 * live an hour; of those of an emulator, which may be shorter, it is what was left when this page first saw them.
 */
function useLife(expiresAt: number | undefined, now: number | undefined): number | undefined {
  const [seen, setSeen] = useState<{ readonly expiresAt: number; readonly leftMs: number }>();
  if (expiresAt !== undefined && now !== undefined && seen?.expiresAt !== expiresAt) {
    setSeen({ expiresAt, leftMs: Math.max(expiresAt - now, 1) });
  }
  return seen && (seen.leftMs > BRIEF_MS ? Math.max(seen.leftMs, HOUR_MS) : seen.leftMs);
}

function remaining(until: number | undefined, now: number | undefined): number | undefined {
  return until === undefined || now === undefined ? undefined : Math.max(until - now, 0);
}

function percent(part: number, whole: number): string {
  return `${Math.min(100, (part / whole) * 100).toFixed(2)}%`;
}

/** As on a clock: 59:07, or 1:02:03. */
function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, '0'));
  const hours = Math.floor(seconds / 3600);
  return hours > 0 ? [hours, ...parts].join(':') : parts.join(':');
}

/** As `<time>` wants it. */
function duration(ms: number): string {
  return `PT${Math.floor(ms / 1000)}S`;
}
