'use client';

import type { Session } from 'next-auth';
import { type ReactNode, useEffect, useEffectEvent } from 'react';
import { useCalls } from '../calls/use-calls.ts';
import { useOneAtATime } from '../calls/use-one-at-a-time.ts';
import { CallsList } from './calls-list.tsx';
import styles from './dashboard.module.css';
import type { Farewell } from './farewell.ts';
import { Leave } from './leave.tsx';
import { SessionNotice } from './session-notice.tsx';
import { useSessionProblem } from './session-problem.ts';
import { TokenLife } from './token-life.tsx';
import { TryIt } from './try-it.tsx';
import { useUser } from './use-user.ts';
import { UserRecord } from './user-record.tsx';

/** The page of somebody who is signed in. */
export function Dashboard(props: {
  readonly session: Session;
  /** Called before a button here ends the session, with what to say then; with undefined when it could not. */
  readonly onLeaving: (farewell: Farewell | undefined) => void;
}): ReactNode {
  const { session, onLeaving } = props;
  const problem = useSessionProblem(session);
  const calls = useCalls();
  const tasks = useOneAtATime();
  const user = useUser(calls);
  const load = useEffectEvent(() =>
    tasks.run('load', async () => {
      await user.load();
    }),
  );
  const usable = problem === undefined;
  useEffect(() => {
    if (usable) load();
  }, [usable]);

  return (
    <div className={styles.dashboard}>
      <h1 className={styles.title}>Signed in{session.user?.name && ` as ${session.user.name}`}</h1>
      {problem && <SessionNotice problem={problem} />}
      <div className={styles.ticket}>
        <UserRecord state={user.state} usable={usable} busy={tasks.running === 'load'} onRetry={load} />
        <TokenLife session={session} />
      </div>
      <div className={styles.columns}>
        {usable && <TryIt calls={calls} tasks={tasks} load={user.load} />}
        <CallsList records={calls.records} />
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
  );
}
