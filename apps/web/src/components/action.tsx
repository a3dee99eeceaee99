'use client';

import { type ReactNode, useId, useRef, useState } from 'react';
import type { OneAtATime } from '../calls/use-one-at-a-time.ts';
import styles from './action.module.css';
import { Button } from './button.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';

/** What a button has brought about. */
export interface Result {
  readonly tone: 'good' | 'bad';
  readonly text: ReactNode;
}

/** A button, what it does, and what came of it. */
export function Action(props: {
  readonly name: string;
  readonly what: string;
  readonly tasks: OneAtATime;
  /** @returns undefined when the page says it otherwise */
  readonly task: () => Promise<Result | undefined>;
  /** Asked before. */
  readonly confirm?: { readonly title: string; readonly text: string; readonly yes: string; readonly no: string };
}): ReactNode {
  const { name, what, tasks, task, confirm } = props;
  const [result, setResult] = useState<Result>();
  const whatId = useId();
  const shown = tasks.latest === name ? result : undefined;
  const dialog = useRef<HTMLDialogElement>(null);

  function start(): void {
    tasks.run(name, async () => {
      setResult(undefined);
      setResult(await task());
    });
  }

  return (
    <li className={styles.action}>
      <Button
        kind={confirm ? 'danger' : 'plain'}
        busy={tasks.running === name}
        waits={tasks.running !== undefined}
        describedBy={whatId}
        onClick={confirm ? () => dialog.current?.showModal() : start}
      >
        {name}
      </Button>
      <p id={whatId} className={styles.what}>
        {what}
      </p>
      {/* Always there, or what comes into it would not be read out. */}
      <div role="status" className={styles.result} data-tone={shown?.tone}>
        {shown?.text}
      </div>
      {confirm && <ConfirmDialog {...confirm} dialog={dialog} onYes={start} />}
    </li>
  );
}

/** A group of them. */
export function Actions({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  const id = useId();
  return (
    <section className={styles.actions} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <ul>{children}</ul>
    </section>
  );
}
