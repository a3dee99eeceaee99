'use client';

import { type ReactNode, useState } from 'react';
import type { CallRecord } from '../../calls/record.ts';
import { sayTokenSource } from '../../calls/token-source.ts';
import { timeOfDay } from '../tokens/time.ts';
import { CallDetails } from './call-details.tsx';
import styles from './calls-list.module.css';
import { Print } from './print.tsx';

/** One call. It opens to what was sent and what came back. */
export function CallLine({ call, apiUrl }: { readonly call: CallRecord; readonly apiUrl: string }): ReactNode {
  const { at, method, path, status, reason, code, durationMs, source, fingerprint } = call;
  const { mark, word, tone } = judge(status);
  const [isOpen, setIsOpen] = useState(false);
  return (
    <li
      className={styles[tone]}
      data-method={method}
      data-path={path}
      // `none` when no answer came.
      data-status={status ?? 'none'}
    >
      <details onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
        <summary className={styles.line}>
          <span className={styles.mark} aria-hidden="true">
            {mark}
          </span>
          <code className={styles.request}>
            <b>{method}</b> {path}
          </code>
          <time className={styles.time} dateTime={new Date(at).toISOString()}>
            {timeOfDay(at)}
          </time>
          <span className={styles.facts}>
            <span className={styles.status}>
              {status !== undefined && <b>{status} </b>}
              {word}
            </span>{' '}
            <Print fingerprint={fingerprint} />{' '}
            {durationMs !== undefined && <span>{Math.max(1, Math.round(durationMs))} ms</span>}{' '}
            {source !== undefined && <span>{sayTokenSource(source)}</span>}
          </span>
          {reason !== undefined && (
            <span className={styles.reason}>
              {reason}
              {code !== undefined && (
                <>
                  {' '}
                  (<code>{code}</code>)
                </>
              )}
            </span>
          )}
        </summary>
        {isOpen && <CallDetails call={call} apiUrl={apiUrl} />}
      </details>
    </li>
  );
}

/** A mark and a word, for those to whom colours say nothing. */
function judge(status: number | undefined): { mark: string; word: string; tone: 'good' | 'bad' | 'failed' } {
  if (status === undefined) return { mark: '?', word: 'not reached', tone: 'failed' };
  if (status < 400) return { mark: '✓', word: 'accepted', tone: 'good' };
  if (status === 404) return { mark: '✕', word: 'not found', tone: 'bad' };
  if (status === 429 || status >= 500) return { mark: '!', word: 'failed', tone: 'failed' };
  return { mark: '✕', word: 'refused', tone: 'bad' };
}
