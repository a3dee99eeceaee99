import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { Admin } from '../../components/admin/admin.tsx';
import { apiUrl, emulatorUrl } from '../../env.ts';

export const metadata: Metadata = { title: 'google-bearer, revocations' };

/** What is revoked, and revoking. The API decides who may see it. */
export default function AdminPage(): ReactNode {
  return <Admin isGoogleEmulated={emulatorUrl() !== undefined} apiUrl={apiUrl()} />;
}
