'use client';

import { signIn } from 'next-auth/react';
import { type ReactNode, useState } from 'react';
import { Button } from './button.tsx';

/**
 * Asks Google for more than at sign-in, by incremental authorization
 * (https://developers.google.com/identity/protocols/oauth2/web-server#incrementalAuth).
 */
export function AllowCalendar({ scopes }: { readonly scopes: readonly string[] }): ReactNode {
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle');

  async function allow(): Promise<void> {
    setState('busy');
    try {
      await signIn(
        'google',
        { callbackUrl: '/' },
        {
          // What the API says that it needs, and what signing in always takes.
          scope: ['openid', 'email', 'profile', ...scopes].join(' '),
          include_granted_scopes: 'true',
          prompt: 'consent',
        },
      );
    } catch {
      setState('failed');
    }
  }

  return (
    <>
      <p>
        The token is good, but it does not allow this yet. Google will ask you whether this app may see your calendar.
        Afterwards, press “Read my calendar” again.
      </p>
      <Button busy={state === 'busy'} onClick={() => void allow()}>
        Allow calendar
      </Button>
      {state === 'failed' && <p>This site could not be reached. Check your connection, then try again.</p>}
    </>
  );
}
