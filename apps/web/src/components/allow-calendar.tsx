'use client';

import type { ApiFetch } from 'next-auth-google-bearer/react';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { SITE_UNREACHED, useGoogleSignIn } from './use-google-sign-in.ts';

/** Says which permission is missing, before anybody is sent to Google. */
export function AllowCalendar(props: {
  /** Makes the call that needs it, by `useStepUp`: leaves for Google's consent, and makes it again when one is back. */
  readonly stepUp: () => ReturnType<ApiFetch>;
}): ReactNode {
  const { state, start } = useGoogleSignIn(props.stepUp);
  return (
    <>
      <p>
        Your token is good, but you have not allowed this app to see your calendar yet (<code>insufficient_scope</code>
        ). Google will ask you. When you are back, the call is made again by itself.
      </p>
      <Button busy={state === 'busy'} onClick={start}>
        Allow calendar
      </Button>
      {state === 'failed' && <p>{SITE_UNREACHED}</p>}
    </>
  );
}
