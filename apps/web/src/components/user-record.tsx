'use client';

import type { ReactNode } from 'react';
import type { User } from '../calls/user.ts';
import { Button } from './button.tsx';
import { GoogleButton } from './google-button.tsx';
import { Panel } from './panel.tsx';
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

/** The record, member by member as the API returns it: folded up until somebody wants to see it. */
export function UserRecord(props: Props): ReactNode {
  const { state } = props;
  return (
    <Panel title="Your record at the API" source="components/use-user.ts">
      {/* Always there, or what comes into it would not be read out. */}
      <div className={styles.trouble} role="status">
        {troubleOf(props)}
      </div>
      {state.kind === 'known' && (
        <details className={styles.record}>
          <summary>
            <span className={styles.who}>
              <Picture user={state.user} />
              <span>
                Show what <code>GET /api/user</code> answers
              </span>
            </span>
          </summary>
          <dl>
            {fields.map((field) => (
              <div key={field} className={styles.field}>
                <dt>{field}</dt>
                <dd>
                  <Value user={state.user} field={field} />
                </dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </Panel>
  );
}

/** @returns what is said instead of the record, and what to do about it */
function troubleOf({ state, usable, busy, onRetry }: Props): ReactNode | undefined {
  if (state.kind === 'known') return undefined;
  if (state.kind === 'unknown' && usable) return <p>Being read …</p>;
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

function Value({ user, field }: { readonly user: User; readonly field: (typeof fields)[number] }): ReactNode {
  const value = user[field];
  if (value === null) return <i>null</i>;
  // A name may be written from right to left: that is not to turn around what is beside it.
  return field.endsWith('At') ? <time dateTime={value}>{value}</time> : <bdi title={value}>{value}</bdi>;
}

function Picture({ user }: { readonly user: User }): ReactNode {
  if (user.image === null) return <span className={styles.picture} aria-hidden="true" />;
  return (
    // Not next/image, which would have this server fetch whatever address is in the record.
    <img
      className={styles.picture}
      src={user.image}
      alt={`Portrait of ${user.name ?? user.email}`}
      width="40"
      height="40"
      // Google refuses some pictures to pages that say who they are.
      referrerPolicy="no-referrer"
    />
  );
}
