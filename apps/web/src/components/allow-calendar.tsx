'use client';

import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { SITE_UNREACHED, useGoogleSignIn } from './use-google-sign-in.ts';

/**
 * Asks Google for more than at sign-in, by incremental authorization
 * (https://developers.google.com/identity/protocols/oauth2/web-server#incrementalAuth).
 */
export function AllowCalendar({ scopes }: { readonly scopes: readonly string[] }): ReactNode {
  const { state, start } = useGoogleSignIn({
    // What the API says that it needs, and what signing in always takes.
    scope: ['openid', 'email', 'profile', ...scopes].join(' '),
    include_granted_scopes: 'true',
    // No `login_hint`, though it would name the account: whoever is signed in belongs in no URL.
    prompt: 'consent',
  });

  return (
    <>
      <p>
        The token is good, but it does not allow this yet. Google will ask you whether this app may see your calendar.
        Afterwards, press “Read my calendar” again.
      </p>
      <Button busy={state === 'busy'} onClick={start}>
        Allow calendar
      </Button>
      {state === 'failed' && <p>{SITE_UNREACHED}</p>}
    </>
  );
}
