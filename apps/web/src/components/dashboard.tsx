'use client';

import type { Session } from 'next-auth';
import { type ReactNode, useEffect, useEffectEvent } from 'react';
import { useCalls } from '../calls/use-calls.ts';
import { useOneAtATime } from '../calls/use-one-at-a-time.ts';
import { useRecords } from '../calls/use-records.ts';
import { Act } from './act.tsx';
import { CallsList } from './calls/calls-list.tsx';
import styles from './dashboard.module.css';
import type { Farewell } from './farewell.ts';
import { leakToken } from './leak-token.ts';
import { Leave } from './leave.tsx';
import { Live } from './live/live.tsx';
import { useLive } from './live/use-live.ts';
import { SessionNotice } from './session-notice.tsx';
import { useSessionProblem } from './session-problem.ts';
import { ThiefView } from './thief/thief-view.tsx';
import { useThief } from './thief/use-thief.ts';
import { Tokens } from './tokens/tokens.tsx';
import { useTokenStory } from './tokens/use-token-story.ts';
import { TryIt } from './try-it.tsx';
import { useUser } from './use-user.ts';
import { UserRecord } from './user-record.tsx';

/** The page of somebody who is signed in. */
export function Dashboard(props: {
  readonly session: Session;
  /** Where the API is. */
  readonly apiUrl: string;
  /** Called before a button here ends the session, with what to say then; with undefined when it could not. */
  readonly onLeaving: (farewell: Farewell | undefined) => void;
}): ReactNode {
  const { session, apiUrl, onLeaving } = props;
  const problem = useSessionProblem(session);
  const records = useRecords();
  const story = useTokenStory(session, records);
  const calls = useCalls(records, story.answered);
  const live = useLive(records, story, session.accessToken);
  const tasks = useOneAtATime();
  const user = useUser(calls);
  const thief = useThief(apiUrl);
  const load = useEffectEvent(() =>
    tasks.run('load', async () => {
      const outcome = await user.load();
      if (outcome.kind === 'ok' && outcome.user !== undefined) tellSignIn(outcome.user.lastSignInAt);
    }),
  );
  const tellSignIn = (lastSignInAt: string): void => {
    const text = 'You agreed at Google. This page’s server made the session token and told the API.';
    records.add({ kind: 'event', event: 'signed-in', text, at: Date.parse(lastSignInAt) });
  };
  const usable = problem === undefined;
  useEffect(() => {
    if (usable) load();
  }, [usable]);

  return (
    <div className={styles.dashboard}>
      <Act
        title={session.user?.name ? <SignedInAs name={session.user.name} /> : 'Signed in'}
        tasks={tasks}
        usable={usable}
        live={<Live live={live} />}
        onLeak={() => leakToken(session.accessToken ?? '', calls, thief, user.load)}
      />
      {problem && <SessionNotice problem={problem} />}
      <Tokens session={session} story={story} />
      <div className={styles.columns}>
        <div className={styles.column}>
          <ThiefView thief={thief} isReplaced={story.before?.isReplaced === true} />
          {usable && <TryIt calls={calls} tasks={tasks} load={user.load} />}
          <UserRecord state={user.state} usable={usable} busy={tasks.running === 'load'} onRetry={load} />
        </div>
        <div className={styles.column}>
          <CallsList lines={records.lines} apiUrl={apiUrl} />
          <Leave
            calls={calls}
            tasks={tasks}
            removeUser={user.remove}
            subject={session.subject}
            usable={usable}
            onLeaving={onLeaving}
          />
        </div>
      </div>
    </div>
  );
}

/** A name may be written from right to left: that is not to turn the words around it. */
function SignedInAs({ name }: { readonly name: string }): ReactNode {
  return (
    <>
      Signed in as <bdi>{name}</bdi>
    </>
  );
}
