import type { ApiEventsState } from 'next-auth-google-bearer/react';
import type { ReactNode } from 'react';
import styles from './live.module.css';

const WORDS: Readonly<Record<ApiEventsState['state'], string>> = {
  connecting: 'Connecting …',
  open: 'Connected',
  refused: 'Refused',
  waiting: 'Not connected, tries again',
  over: 'Not connected',
};

const CONNECTING: ApiEventsState = { state: 'connecting' };

/** Whether the stream of events is open. The API ends it at the moment when it refuses the token. */
export function Live({ events }: { readonly events: ApiEventsState }): ReactNode {
  // Every stream ends with the hour of its token: that is no news.
  const { state, code } = events.code === 'ERR_TOKEN_EXPIRED' ? CONNECTING : events;
  return (
    <p className={styles.live} data-state={state} role="status">
      <span className={styles.dot} aria-hidden="true" />
      {WORDS[state]}
      {code !== undefined && (
        <>
          {' '}
          <code>{code}</code>
        </>
      )}
    </p>
  );
}
