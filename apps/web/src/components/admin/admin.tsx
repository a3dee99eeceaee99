'use client';

import { useSession } from 'next-auth/react';
import type { ReactNode } from 'react';
import { GoogleButton } from '../google-button.tsx';
import { Notice } from '../notice.tsx';
import styles from './revocations.module.css';
import { Revocations } from './revocations.tsx';

/** What administrators see, and what everybody else is told. */
export function Admin(props: { readonly isGoogleEmulated: boolean; readonly apiUrl: string }): ReactNode {
  const { isGoogleEmulated, apiUrl } = props;
  const { data: session } = useSession();
  const who = isGoogleEmulated
    ? 'In this sample Grace Hopper (grace@example.org) is the administrator.'
    : 'Whoever runs the API names the administrators in ADMIN_SUBJECTS.';
  if (session !== null)
    return <Revocations key={session.subject} apiUrl={apiUrl} who={who} ownSubject={session.subject} />;
  return (
    <div className={styles.page}>
      <h1>Revocations</h1>
      <Notice tone="warning" title="Sign in as an administrator" actions={<GoogleButton returnTo="/admin" />}>
        The API shows this to administrators alone. {who}
      </Notice>
    </div>
  );
}
