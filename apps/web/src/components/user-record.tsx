'use client';

import type { ReactNode } from 'react';
import type { User } from '../calls/user.ts';
import { Button } from './button.tsx';
import { GoogleButton } from './google-button.tsx';
import type { UserState } from './use-user.ts';
import styles from './user-record.module.css';

const fields = ['id', 'email', 'name', 'image', 'createdAt', 'updatedAt', 'lastSignInAt'] as const;

interface Props {
  readonly state: UserState;
  /** Whether there is a token to ask with. */
  readonly usable: boolean;
  /** It is being read. */
  readonly busy: boolean;
  readonly onRetry: () => void;
}

/** The record, member by member as the API returns it. */
export function UserRecord(props: Props): ReactNode {
  const { state } = props;
  const user = state.kind === 'known' ? state.user : undefined;
  const trouble = troubleOf(props);
  return (
    <section
      className={styles.record}
      aria-labelledby="record-title"
      aria-busy={state.kind === 'unknown' && props.usable}
    >
      <div className={styles.head}>
        <Picture user={user} />
        <div>
          <h2 id="record-title">Your record at the API</h2>
          <p className={styles.source}>
            <code>GET /api/user</code>
          </p>
        </div>
      </div>
      <div className={styles.body}>
        {/* Its place is kept while there is nothing in it, so that nothing jumps when it comes. */}
        {(props.usable || user) && (
          <dl className={styles.fields} data-covered={trouble !== undefined}>
            {fields.map((field) => (
              <div key={field} className={styles.field}>
                <dt>{field}</dt>
                <dd>
                  <Value user={user} field={field} />
                </dd>
              </div>
            ))}
          </dl>
        )}
        <div className={styles.trouble} role="status">
          {trouble}
        </div>
      </div>
    </section>
  );
}

/** @returns what is said instead of the record, and what to do about it */
function troubleOf({ state, usable, busy, onRetry }: Props): ReactNode | undefined {
  if (state.kind === 'known' || (state.kind === 'unknown' && usable)) return undefined;
  if (!usable) return <p>There is no access token to ask for it with.</p>;
  if (state.kind !== 'failed') {
    return (
      <>
        <p>
          <b>The API has no record of you.</b> It was deleted, perhaps on another device. Signing in again makes a new
          one.
        </p>
        <GoogleButton />
      </>
    );
  }
  return (
    <>
      <p>
        <b>Your record could not be read.</b> {state.text}
      </p>
      <Button busy={busy} onClick={onRetry}>
        Try again
      </Button>
    </>
  );
}

function Value({
  user,
  field,
}: {
  readonly user: User | undefined;
  readonly field: (typeof fields)[number];
}): ReactNode {
  if (user === undefined) return <span className={styles.blank}>–</span>;
  const value = user[field];
  if (value === null) return <i>null</i>;
  return field.endsWith('At') ? <time dateTime={value}>{value}</time> : <span title={value}>{value}</span>;
}

function Picture({ user }: { readonly user: User | undefined }): ReactNode {
  if (!user?.image) return <div className={styles.picture} aria-hidden="true" />;
  return (
    // Not next/image, which would have this server fetch whatever address is in the record.
    <img
      className={styles.picture}
      src={user.image}
      alt={`Portrait of ${user.name ?? user.email}`}
      width="56"
      height="56"
      // Google refuses some pictures to pages that say who they are.
      referrerPolicy="no-referrer"
    />
  );
}
