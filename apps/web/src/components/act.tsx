'use client';

import type { ReactNode } from 'react';
import type { OneAtATime } from '../calls/use-one-at-a-time.ts';
import styles from './act.module.css';
import { ActionResult } from './action.tsx';
import { Button } from './button.tsx';
import type { Result } from './result.ts';
import { useAction } from './use-action.ts';

/** The first thing on the page: who is signed in, and the one button that the page is for. */
export function Act(props: {
  readonly title: ReactNode;
  readonly tasks: OneAtATime;
  /** Whether there is a token that could leak. */
  readonly usable: boolean;
  readonly onLeak: () => Promise<Result>;
  /** How the open stream is. */
  readonly live: ReactNode;
}): ReactNode {
  const { title, tasks, usable, onLeak, live } = props;
  const { busy, waits, result, start } = useAction(tasks, 'My token leaked', onLeak);
  return (
    <div className={styles.act}>
      <div className={styles.words}>
        <h1>{title}</h1>
        {live}
      </div>
      {usable && (
        <>
          <div className={styles.button}>
            <Button
              kind="primary"
              busy={busy}
              waits={waits}
              {...(result === undefined && { describedBy: 'act-what' })}
              onClick={start}
            >
              My token leaked
            </Button>
          </div>
          {/* What came of it takes its place, so that nothing jumps. */}
          {result === undefined && (
            <p id="act-what" className={styles.what}>
              You hold three tokens. Press the button: a thief gets a copy of the access token, and the API refuses that
              one token from the next call on. You stay signed in.
            </p>
          )}
        </>
      )}
      <div className={styles.result}>
        <ActionResult result={result} />
      </div>
    </div>
  );
}
