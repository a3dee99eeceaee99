import { type ReactNode, useId } from 'react';
import styles from './panel.module.css';

/** A part of the page, and where its source is. */
export function Panel(props: {
  readonly title: string;
  /** Below apps/web/src. */
  readonly source: string;
  readonly children: ReactNode;
}): ReactNode {
  const { title, source, children } = props;
  const id = useId();
  return (
    <section className={styles.panel} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
      <p className={styles.source}>
        Source: <code>apps/web/src/{source}</code>
      </p>
    </section>
  );
}
