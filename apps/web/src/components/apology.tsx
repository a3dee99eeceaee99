import type { ReactNode } from 'react';
import styles from './site-frame.module.css';

/** A page in place of the one that was wanted. */
export function Apology({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <section className={styles.apology}>
      <h1>{title}</h1>
      {children}
    </section>
  );
}
