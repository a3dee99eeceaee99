import { type ReactNode, useId } from 'react';
import styles from './token-card.module.css';

/** One of the three tokens: what it is for, where it is, how long it lives, and what happened to it. */
export function TokenCard(props: {
  readonly name: string;
  readonly purpose: string;
  /** What is said of it in two columns. */
  readonly facts: readonly (readonly [term: string, fact: ReactNode])[];
  /** What is special about this one; comes before the facts. */
  readonly children?: ReactNode;
  /** What has happened to it last. */
  readonly news?: ReactNode;
  /** `lit`: it has just been used. `dead`: it opens nothing any more. */
  readonly state?: 'calm' | 'lit' | 'dead';
  readonly kind: 'session' | 'refresh' | 'access';
}): ReactNode {
  const { name, purpose, facts, children, news, state = 'calm', kind } = props;
  const id = useId();
  return (
    <section className={styles.card} data-kind={kind} data-state={state} aria-labelledby={id}>
      <h2 id={id}>{name}</h2>
      <p className={styles.purpose}>{purpose}</p>
      {children}
      <dl className={styles.facts}>
        {facts.map(([term, fact]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{fact}</dd>
          </div>
        ))}
      </dl>
      <p className={styles.news}>{news}</p>
    </section>
  );
}
