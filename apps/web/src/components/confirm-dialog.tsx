'use client';

import { type ReactNode, type RefObject, useId } from 'react';
import { Button } from './button.tsx';
import styles from './confirm-dialog.module.css';

/** A question before something that cannot be undone. Escape is a no. */
export function ConfirmDialog(props: {
  readonly dialog: RefObject<HTMLDialogElement | null>;
  readonly title: string;
  readonly text: string;
  readonly yes: string;
  readonly no: string;
  readonly onYes: () => void;
}): ReactNode {
  const { dialog, title, text, yes, no, onYes } = props;
  const titleId = useId();
  const textId = useId();
  const close = (): void => dialog.current?.close();
  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby={titleId} aria-describedby={textId}>
      <h2 id={titleId}>{title}</h2>
      <p id={textId}>{text}</p>
      <div className={styles.answers}>
        {/* First, and so focused at first: the answer that does no harm. */}
        <Button onClick={close}>{no}</Button>
        <Button
          kind="danger"
          onClick={() => {
            close();
            onYes();
          }}
        >
          {yes}
        </Button>
      </div>
    </dialog>
  );
}
