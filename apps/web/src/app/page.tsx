import type { ReactNode } from 'react';
import { Home } from '../components/home.tsx';
import { apiUrl, emulatorUrl } from '../env.ts';

/** The one page: what this is for those who are signed out, the whole story for those who are signed in. */
export default function Page(): ReactNode {
  return <Home isGoogleEmulated={emulatorUrl() !== undefined} apiUrl={apiUrl()} />;
}
