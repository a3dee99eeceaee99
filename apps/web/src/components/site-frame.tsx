import Link from 'next/link';
import type { ReactNode } from 'react';
import styles from './site-frame.module.css';

/** Where the other parts are. */
export interface Places {
  readonly apiUrl: string;
  /** undefined: Google itself is used. */
  readonly emulatorUrl: string | undefined;
}

/** What every page has around it. */
export function SiteFrame({ places, children }: { readonly places?: Places; readonly children: ReactNode }): ReactNode {
  return (
    <div className={styles.frame}>
      <header className={styles.header}>
        <svg className={styles.logo} viewBox="0 0 32 32" aria-hidden="true">
          <path d="M3 8a2 2 0 0 1 2-2h22a2 2 0 0 1 2 2v4.5a3.5 3.5 0 0 0 0 7V24a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4.5a3.5 3.5 0 0 0 0-7z" />
          <path d="m10.5 16.3 3.8 3.7 7.2-8" />
        </svg>
        <span className={styles.name}>google-bearer</span>
        <span className={styles.kind}>sample client</span>
        {places && <Elsewhere {...places} />}
      </header>
      <main className={styles.main}>
        <noscript>
          <p>The buttons of this page need JavaScript, which is off in this browser.</p>
        </noscript>
        {children}
      </main>
      <footer className={styles.footer}>
        <p>
          Plain Next.js and NextAuth. The lines to copy are named in <code>apps/web/README.md</code>; which token is
          which, in <code>docs/guides/which-token-is-which.md</code>.
        </p>
      </footer>
    </div>
  );
}

function Elsewhere({ apiUrl, emulatorUrl }: Places): ReactNode {
  return (
    <nav className={styles.nav} aria-label="Elsewhere">
      <Link href="/" prefetch={false}>
        Home
      </Link>
      <Link href="/admin" prefetch={false}>
        Admin
      </Link>
      <a href={`${apiUrl}/docs`}>API docs</a>
      {emulatorUrl !== undefined && <a href={emulatorUrl}>Local Google</a>}
    </nav>
  );
}
