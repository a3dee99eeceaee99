import type { CSSProperties, ReactNode } from 'react';
import styles from './calls-list.module.css';

/** Which access token a line is about: the first digits of its fingerprint, and a colour made of them. */
export function Print({ fingerprint }: { readonly fingerprint: string | undefined }): ReactNode {
  if (fingerprint === undefined) return null;
  const style: CSSProperties & { '--hue': number } = { '--hue': Number.parseInt(fingerprint.slice(0, 2), 16) * 1.4 };
  return (
    <span className={styles.print}>
      <i style={style} />
      <span className={styles.hidden}>access token </span>
      <code>{fingerprint.slice(0, 4)}</code>
    </span>
  );
}
