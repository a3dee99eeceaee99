'use client';

import type { Session } from 'next-auth';
import { type ReactNode, useState } from 'react';
import { inGroups } from '../../calls/fingerprint.ts';
import { useFingerprint } from '../../calls/use-fingerprint.ts';
import { useNow } from '../use-now.ts';
import styles from './access-card.module.css';
import { clock, duration, remaining, timeOfDay } from './time.ts';
import { TokenCard } from './token-card.tsx';
import type { TokenStory } from './use-token-story.ts';

const HOUR_MS = 3_600_000;
const BRIEF_MS = 300_000;

/** The access token: its fingerprint and its life. The token itself is not shown. */
export function AccessCard({ session, story }: { readonly session: Session; readonly story: TokenStory }): ReactNode {
  const { accessToken } = session;
  const { refusal, isRefusedAgain, before } = story;
  const fingerprint = useFingerprint(accessToken);
  const isDead = accessToken === undefined || refusal !== undefined;
  return (
    <TokenCard
      kind="access"
      name="Access token"
      purpose="Goes to the API with every call."
      state={isDead ? 'dead' : before === undefined ? 'calm' : 'lit'}
      facts={[['Is in', 'this page, where scripts can read it: this one can leak']]}
    >
      <div className={styles.prints}>
        {before && <Stolen {...before} />}
        {accessToken !== undefined && (
          <p className={styles.print} data-dead={refusal !== undefined}>
            <Struck isStruck={refusal !== undefined}>
              <code data-testid="fingerprint">{fingerprint === undefined ? '–' : inGroups(fingerprint)}</code>
            </Struck>{' '}
            <small>start of its SHA-256</small>
          </p>
        )}
      </div>
      {refusal === undefined ? <Life session={session} /> : <Refused reason={refusal} isAgain={isRefusedAgain} />}
    </TokenCard>
  );
}

/** One that the API refuses, above the one that took its place. */
function Stolen({ accessToken, reason }: { readonly accessToken: string; readonly reason: string }): ReactNode {
  const fingerprint = useFingerprint(accessToken);
  return (
    <p className={styles.print} data-dead="true">
      <del>
        <code>{fingerprint === undefined ? '–' : inGroups(fingerprint)}</code>
      </del>{' '}
      <small>{reason}</small>
    </p>
  );
}

function Struck({ isStruck, children }: { readonly isStruck: boolean; readonly children: ReactNode }): ReactNode {
  return isStruck ? <del>{children}</del> : children;
}

/** Instead of a life that it has not got. */
function Refused({ reason, isAgain }: { readonly reason: string; readonly isAgain: boolean }): ReactNode {
  return (
    <>
      <p className={styles.count}>Refused</p>
      <p className={styles.next}>
        {reason}.{' '}
        {isAgain
          ? 'The API refused the one before as well: an administrator may have blocked your account.'
          : 'No new one could be had so far: the next call tries again.'}
      </p>
    </>
  );
}

/** How long it lives, and when it is renewed. */
function Life({ session }: { readonly session: Session }): ReactNode {
  const { accessToken, accessTokenExpiresAt, accessTokenRefreshAt } = session;
  const now = useNow();
  const life = useLife(accessTokenExpiresAt, now);
  const leftMs = remaining(accessTokenExpiresAt, now);
  const refreshInMs = remaining(accessTokenRefreshAt, now);
  return (
    <>
      {/* A timer is not read out every second. */}
      <div role="timer" aria-live="off" aria-label="Life of the access token" className={styles.count}>
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
    </>
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
  return (
    <>
      Renewed by itself in <time dateTime={duration(inMs)}>{clock(inMs)}</time>, at{' '}
      <time dateTime={new Date(refreshAt).toISOString()}>{timeOfDay(refreshAt)}</time>.
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

function percent(part: number, whole: number): string {
  return `${Math.min(100, (part / whole) * 100).toFixed(2)}%`;
}
