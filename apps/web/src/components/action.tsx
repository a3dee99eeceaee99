'use client';

import { type ReactNode, useId, useRef } from 'react';
import type { OneAtATime } from '../calls/use-one-at-a-time.ts';
import styles from './action.module.css';
import { Button } from './button.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import type { Result } from './result.ts';
import { useAction } from './use-action.ts';

/** A button, what it does, and what came of it. */
export function Action(props: {
  readonly name: string;
  readonly what: string;
  readonly tasks: OneAtATime;
  /** @returns undefined when the page says it otherwise */
  readonly task: () => Promise<Result | undefined>;
  /** What came of it when the page was left for it and is there again; until it is done anew. */
  readonly resumed?: Result | undefined;
  /** Asked before. */
  readonly confirm?: { readonly title: string; readonly text: string; readonly yes: string; readonly no: string };
}): ReactNode {
  const { name, what, tasks, task, resumed, confirm } = props;
  const { busy, waits, result, start } = useAction(tasks, name, task);
  const whatId = useId();
  const dialog = useRef<HTMLDialogElement>(null);

  return (
    <li className={styles.action}>
      <Button
        kind={confirm ? 'danger' : 'plain'}
        busy={busy}
        waits={waits}
        describedBy={whatId}
        onClick={confirm ? () => dialog.current?.showModal() : start}
      >
        {name}
      </Button>
      <p id={whatId} className={styles.what}>
        {what}
      </p>
      <ActionResult result={result ?? resumed} />
      {confirm && <ConfirmDialog {...confirm} dialog={dialog} onYes={start} />}
    </li>
  );
}

/** What came of an action. Always there, or what comes into it would not be read out. */
export function ActionResult({ result }: { readonly result: Result | undefined }): ReactNode {
  return (
    <div role="status" className={styles.result} data-tone={result?.tone}>
      {result?.text}
    </div>
  );
}

/** A group of actions. */
export function Actions({ children }: { readonly children: ReactNode }): ReactNode {
  return <ul className={styles.actions}>{children}</ul>;
}
