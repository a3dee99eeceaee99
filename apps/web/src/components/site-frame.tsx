import type { ReactNode } from 'react';
import styles from './site-frame.module.css';

/** What every page has around it. */
export function SiteFrame({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <div className={styles.frame}>
      <header className={styles.header}>
        <svg className={styles.logo} viewBox="0 0 32 32" aria-hidden="true">
          <path d="M3 8a2 2 0 0 1 2-2h22a2 2 0 0 1 2 2v4.5a3.5 3.5 0 0 0 0 7V24a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4.5a3.5 3.5 0 0 0 0-7z" />
          <path d="m10.5 16.3 3.8 3.7 7.2-8" />
        </svg>
        <span className={styles.name}>google-bearer</span>
        <span className={styles.kind}>sample client</span>
      </header>
      <main className={styles.main}>{children}</main>
      <footer className={styles.footer}>
        <p>Plain Next.js and NextAuth. The lines to copy are named in the README of this sample.</p>
      </footer>
    </div>
  );
}
