'use client';

import { type ReactNode, useEffect, useRef } from 'react';
import { Button } from './button.tsx';
import styles from './notice.module.css';

/** Something to know before anything else on the page. */
export function Notice(props: {
  readonly tone: 'good' | 'warning' | 'bad';
  readonly title: string;
  readonly children: ReactNode;
  /** What helps. */
  readonly actions?: ReactNode;
  readonly onDismiss?: () => void;
  /** For a notice that takes the place of what had the focus. */
  readonly takesFocus?: true;
}): ReactNode {
  const { tone, title, children, actions, onDismiss, takesFocus } = props;
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (takesFocus) element.current?.focus();
  }, [takesFocus]);
  return (
    <div
      ref={element}
      className={`${styles.notice} ${styles[tone]}`}
      role={tone === 'good' ? 'status' : 'alert'}
      tabIndex={-1}
    >
      <span className={styles.mark} aria-hidden="true">
        {tone === 'good' ? '✓' : '!'}
      </span>
      <div className={styles.words}>
        <p className={styles.title}>{title}</p>
        <p>{children}</p>
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
      {onDismiss && (
        <Button kind="quiet" label="Dismiss" onClick={onDismiss}>
          ✕
        </Button>
      )}
    </div>
  );
}
