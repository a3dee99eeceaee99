'use client';

import { type ReactNode, useEffect, useEffectEvent } from 'react';
import { useCalls } from '../../calls/use-calls.ts';
import { useOneAtATime } from '../../calls/use-one-at-a-time.ts';
import { useRecords } from '../../calls/use-records.ts';
import { Button } from '../button.tsx';
import { CallsList } from '../calls/calls-list.tsx';
import { GoogleButton } from '../google-button.tsx';
import { Notice } from '../notice.tsx';
import { OrderForm } from './order-form.tsx';
import { RevocationList } from './revocation-list.tsx';
import styles from './revocations.module.css';
import { useRevocations } from './use-revocations.ts';

/** The list of what is revoked, and a form to revoke. */
export function Revocations(props: {
  readonly apiUrl: string;
  /** Who the administrators are, in words. */
  readonly who: string;
  /** Of whoever is signed in. */
  readonly ownSubject: string | undefined;
}): ReactNode {
  const { apiUrl, who, ownSubject } = props;
  const records = useRecords();
  const calls = useCalls(records);
  const tasks = useOneAtATime();
  const { state, load, carryOut } = useRevocations(calls);
  const reload = useEffectEvent(() => tasks.run('load', load));
  useEffect(() => reload(), []);

  return (
    <div className={styles.page}>
      <h1>Revocations</h1>
      <p className={styles.intro}>
        What the API refuses now, although Google would accept it. {/* The notice below says it. */}
        {state.kind !== 'forbidden' && who}
      </p>
      {state.kind === 'forbidden' && (
        <Notice
          tone="warning"
          title="The API does not take you for an administrator"
          actions={<GoogleButton asksWhichAccount returnTo="/admin" />}
        >
          It answered 403 (ERR_NOT_ADMIN). {who}
        </Notice>
      )}
      {state.kind === 'failed' && (
        <Notice
          tone="bad"
          title="The revocations could not be read"
          actions={
            <Button busy={tasks.running === 'load'} onClick={() => tasks.run('load', load)}>
              Try again
            </Button>
          }
        >
          {state.text}
        </Notice>
      )}
      <div className={styles.columns}>
        {state.kind === 'known' && (
          <RevocationList view={state.view} busy={tasks.running === 'load'} onReload={() => tasks.run('load', load)} />
        )}
        <div className={styles.column}>
          {state.kind === 'known' && <OrderForm tasks={tasks} ownSubject={ownSubject} carryOut={carryOut} />}
          <CallsList lines={records.lines} apiUrl={apiUrl} />
        </div>
      </div>
    </div>
  );
}
