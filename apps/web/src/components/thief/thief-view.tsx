'use client';

import type { ReactNode } from 'react';
import { inGroups } from '../../calls/fingerprint.ts';
import { useFingerprint } from '../../calls/use-fingerprint.ts';
import { Panel } from '../panel.tsx';
import { timeOfDay } from '../tokens/time.ts';
import styles from './thief-view.module.css';
import type { Attempt, Thief } from './use-thief.ts';

/** What somebody with a copy of the access token sees. The calls are real, and made without the session. */
export function ThiefView(props: {
  readonly thief: Thief;
  /** Whether the page has another token than the stolen one, which the API accepts. */
  readonly isReplaced: boolean;
}): ReactNode {
  const { thief, isReplaced } = props;
  const { attempts, accessToken, isTrying } = thief;
  const fingerprint = useFingerprint(accessToken);
  return (
    <Panel title="The thief’s view" source="components/thief/use-thief.ts">
      <p className={styles.intro}>
        {accessToken === undefined ? (
          'Nobody has a copy of your access token yet. After “My token leaked”, a thief makes real calls with it here.'
        ) : (
          <>
            The thief has the access token{' '}
            <code className={styles.print}>{fingerprint === undefined ? '–' : inGroups(fingerprint)}</code>, but no
            session token and no refresh token.
          </>
        )}
      </p>
      <ol className={styles.attempts} data-testid="thief">
        {attempts.map((attempt, index) => (
          <Try key={attempt.id} attempt={attempt} isRepeated={attempt.challenge === attempts[index - 1]?.challenge} />
        ))}
      </ol>
      <p className={styles.state} role="status">
        {accessToken !== undefined && (isTrying ? 'The thief goes on trying …' : sumUp(attempts, isReplaced))}
      </p>
      <p className={styles.intro}>
        Google alone could only end the whole grant: every access token and the refresh token. You would have to sign in
        again.
      </p>
      <details className={styles.more}>
        <summary>What remains</summary>
        <p>Google’s own APIs accept the stolen token until it expires, in an hour at most. Only this API refuses it.</p>
      </details>
    </Panel>
  );
}

function Try(props: {
  readonly attempt: Attempt;
  /** The challenge is the one before, word by word. */
  readonly isRepeated: boolean;
}): ReactNode {
  const { at, status, challenge, reason } = props.attempt;
  const { mark, words, tone } = judge(status);
  return (
    <li className={styles.attempt} data-status={status ?? 'none'} data-tone={tone}>
      <span className={styles.mark} aria-hidden="true">
        {mark}
      </span>
      <span>
        <code>GET /api/user</code> <b>{status ?? 'no answer'}</b> {words}
      </span>
      <time dateTime={new Date(at).toISOString()}>{timeOfDay(at)}</time>
      {challenge !== undefined && (
        <code className={styles.challenge}>
          {props.isRepeated ? `the same challenge: ${reason ?? 'no reason'}` : `WWW-Authenticate: ${challenge}`}
        </code>
      )}
    </li>
  );
}

/** A mark and words, for those to whom colours say nothing. What fails is marked as in the list of calls. */
function judge(status: number | undefined): { mark: string; words: string; tone: 'warning' | 'bad' } {
  if (status === undefined) return { mark: '?', words: '', tone: 'warning' };
  if (status === 404) return { mark: '!', words: 'accepted, but there is no record', tone: 'warning' };
  if (isPassed(status)) return { mark: '!', words: 'the thief reads your record', tone: 'warning' };
  if (isFailure(status)) return { mark: '!', words: 'failed', tone: 'warning' };
  return { mark: '✕', words: 'refused', tone: 'bad' };
}

/** The API has accepted the token: it says 404 only to somebody whose token is good, when it has no record of them. */
function isPassed(status: number): boolean {
  return status < 400 || status === 404;
}

/** An outage, or too many calls: that says nothing about the token. */
function isFailure(status: number): boolean {
  return status === 429 || status >= 500;
}

function sumUp(attempts: readonly Attempt[], isReplaced: boolean): string {
  const statuses = attempts.map(({ status }) => status).filter((status) => status !== undefined);
  const refused = statuses.filter((status) => !isPassed(status) && !isFailure(status)).length;
  if (refused > 0) {
    const calls = attempts.length === 1 ? 'call' : 'calls';
    const were = refused === 1 ? 'was' : 'were';
    return `The thief gave up: ${refused} of ${attempts.length} ${calls} ${were} refused.${isReplaced ? ' Your own calls work.' : ''}`;
  }
  if (statuses.some(isPassed)) return 'The stolen token still works.';
  const failure = statuses.at(-1);
  return failure === undefined
    ? 'The API could not be reached.'
    : `The API answered ${failure}: it could not judge the token.`;
}
