import type { ApiEventsState } from 'next-auth-google-bearer/react';
import type { ReactNode } from 'react';
import styles from './live.module.css';
import type { LiveState } from './use-live.ts';

const WORDS: Readonly<Record<ApiEventsState['state'], string>> = {
  connecting: 'Connecting …',
  open: 'Connected',
  refused: 'Refused',
  waiting: 'Not connected, tries again',
  over: 'Not connected',
};

const CONNECTING: ApiEventsState = { state: 'connecting' };

/** Whether the stream of events is open. The API ends it at the moment when it refuses the token. */
export function Live({ live }: { readonly live: LiveState }): ReactNode {
  const { events, hasOtherToken } = live;
  // Every stream ends with the hour of its token: that is no news.
  const { state, code } = events.code === 'ERR_TOKEN_EXPIRED' ? CONNECTING : events;
  // What was refused is the token before, and the stream is about to be opened with the next: no alarm beside a success.
  if (state === 'refused' && hasOtherToken) return <Pill state="connecting">Reconnecting …</Pill>;
  return (
    <Pill state={state}>
      {WORDS[state]}
      {code !== undefined && (
        <>
          {' '}
          <code>{code}</code>
        </>
      )}
    </Pill>
  );
}

function Pill(props: { readonly state: ApiEventsState['state']; readonly children: ReactNode }): ReactNode {
  return (
    <p className={styles.live} data-state={props.state} role="status">
      <span className={styles.dot} aria-hidden="true" />
      {props.children}
    </p>
  );
}
