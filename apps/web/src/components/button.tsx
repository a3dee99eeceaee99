'use client';

import type { ReactNode } from 'react';
import styles from './button.module.css';

/** A button which, while it works or must wait, keeps the focus and does nothing. */
export function Button(props: {
  readonly children: ReactNode;
  /** A button of the type `submit` may leave it to the form. */
  readonly onClick?: () => void;
  /** With `submit`, Enter in a field of the form presses it. */
  readonly type?: 'button' | 'submit';
  readonly kind?: 'primary' | 'plain' | 'quiet' | 'danger';
  /** Its task is under way. */
  readonly busy?: boolean;
  /** Another task is. */
  readonly waits?: boolean;
  readonly describedBy?: string;
  /** For a button that shows no words. */
  readonly label?: string;
}): ReactNode {
  const { children, onClick, type = 'button', kind = 'plain', busy = false, waits = false, describedBy, label } = props;
  const idle = !busy && !waits;
  return (
    <button
      type={type}
      className={`${styles.button} ${styles[kind]}`}
      // Not `disabled`, which would throw the focus of a keyboard user to the top of the page.
      aria-disabled={!idle}
      aria-busy={busy}
      aria-describedby={describedBy}
      aria-label={label}
      onClick={(event) => {
        if (idle) onClick?.();
        // Or the form would be sent.
        else event.preventDefault();
      }}
    >
      {children}
    </button>
  );
}
