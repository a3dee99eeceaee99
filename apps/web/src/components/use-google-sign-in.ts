'use client';

import { useEffect, useState } from 'react';

/** The way to Google. */
export interface GoogleSignIn {
  /** `busy`: the browser is about to leave for Google. `failed`: this site could not be reached. */
  readonly state: 'idle' | 'busy' | 'failed';
  start(): void;
}

/** What is said when it has failed. */
export const SITE_UNREACHED = 'This site could not be reached. Check your connection, then try again.';

/**
 * Sends people to Google and back here.
 *
 * @param leave leaves the page; rejects when it could not
 */
export function useGoogleSignIn(leave: () => Promise<unknown>): GoogleSignIn {
  const [state, setState] = useState<GoogleSignIn['state']>('idle');
  useEffect(() => {
    // Somebody who comes back from Google by the back button may find the page as it was left.
    const wakeUp = (): void => setState('idle');
    window.addEventListener('pageshow', wakeUp);
    return () => window.removeEventListener('pageshow', wakeUp);
  }, []);

  async function go(): Promise<void> {
    setState('busy');
    try {
      // When it cannot reach the site, `signIn` does not throw but leaves for an error page, which is not there either.
      const providers = await fetch('/api/auth/providers', { cache: 'no-store' });
      if (!providers.ok) throw new Error('the site does not answer');
      // It stays busy when this is through: the browser is on its way.
      await leave();
    } catch {
      setState('failed');
    }
  }

  return {
    state,
    start() {
      if (state !== 'busy') void go();
    },
  };
}
