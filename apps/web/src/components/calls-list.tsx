import type { ReactNode } from 'react';
import type { CallRecord } from '../calls/use-calls.ts';
import styles from './calls-list.module.css';

/** What was sent last and what came back, every attempt on its own, the newest first. */
export function CallsList({ records }: { readonly records: readonly CallRecord[] }): ReactNode {
  return (
    <section className={styles.calls} data-part="calls" aria-labelledby="calls-title">
      <h2 id="calls-title">Last calls</h2>
      {records.length === 0 && <p className={styles.none}>None yet.</p>}
      <ol className={styles.list} data-testid="calls">
        {records.map((call) => (
          <Call key={call.id} call={call} />
        ))}
      </ol>
    </section>
  );
}

function Call({ call }: { readonly call: CallRecord }): ReactNode {
  const { at, method, path, status, reason } = call;
  const { mark, word, tone } = judge(status);
  const time = new Date(at);
  return (
    <li
      className={styles[tone]}
      data-method={method}
      data-path={path}
      // `none` when no answer came.
      data-status={status ?? 'none'}
    >
      <span className={styles.mark} aria-hidden="true">
        {mark}
      </span>
      <code className={styles.request}>
        <b>{method}</b> {path}
      </code>
      <span className={styles.status}>
        {status !== undefined && <b>{status} </b>}
        {word}
      </span>
      <time className={styles.time} dateTime={time.toISOString()}>
        {time.toLocaleTimeString('en-GB')}
      </time>
      {reason !== undefined && <p className={styles.reason}>{reason}</p>}
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
