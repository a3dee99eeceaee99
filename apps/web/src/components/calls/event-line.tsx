import type { ReactNode } from 'react';
import type { EventRecord } from '../../calls/record.ts';
import { timeOfDay } from '../tokens/time.ts';
import styles from './calls-list.module.css';
import { Print } from './print.tsx';

const WORDS: Readonly<Record<EventRecord['event'], readonly [mark: string, words: string]>> = {
  'signed-in': ['→', 'Signed in'],
  renewed: ['↻', 'Access token renewed'],
  refused: ['✕', 'Stream ended'],
};

/** Something that happened to the tokens, between the calls. */
export function EventLine({ event: line }: { readonly event: EventRecord }): ReactNode {
  const { event, at, text, fingerprint } = line;
  const [mark, words] = WORDS[event];
  return (
    <li className={event === 'refused' ? styles.bad : styles.event} data-event={event}>
      <div className={styles.line}>
        <span className={styles.mark} aria-hidden="true">
          {mark}
        </span>
        <b>{words}</b>
        <time className={styles.time} dateTime={new Date(at).toISOString()}>
          {timeOfDay(at)}
        </time>
        <span className={styles.facts}>
          <Print fingerprint={fingerprint} /> {text}
        </span>
      </div>
    </li>
  );
}
