'use client';

import { useSession } from 'next-auth/react';
import { type ReactNode, useState } from 'react';
import { Button } from './button.tsx';
import { GoogleButton } from './google-button.tsx';
import { Notice } from './notice.tsx';
import type { SessionProblem } from './session-problem.ts';

/** Says what is wrong with the session, and what to do about it. */
export function SessionNotice({ problem }: { readonly problem: SessionProblem }): ReactNode {
  switch (problem) {
    case 'invalid_grant':
      return (
        <Notice tone="bad" title="Google has ended this app's access to your account" actions={<GoogleButton />}>
          It was taken back, here, on another device or in your Google account. To go on, sign in again.
        </Notice>
      );
    case 'no_refresh_token':
      return (
        <Notice tone="bad" title="Your access token has expired" actions={<GoogleButton />}>
          Google gave this app nothing to renew it with. To go on, sign in again.
        </Notice>
      );
    case 'expired':
      return (
        <Notice
          tone="warning"
          title="Your access token has expired, and no new one can be had just now"
          actions={<TryNow />}
        >
          Google or this site cannot be reached, or Google does not accept this app's credentials at the moment. You are
          still signed in, and it is tried again by itself.
        </Notice>
      );
  }
}

/** Reads the session once more. When that helps, the notice is gone, and this with it. */
function TryNow(): ReactNode {
  const { update } = useSession();
  const [busy, setBusy] = useState(false);
  const [triedAt, setTriedAt] = useState<Date>();

  async function tryNow(): Promise<void> {
    setBusy(true);
    setTriedAt(undefined);
    await update();
    setTriedAt(new Date());
    setBusy(false);
  }

  return (
    <>
      <Button busy={busy} onClick={() => void tryNow()}>
        Try now
      </Button>
      {/* Always there, or what comes into it would not be read out. The longest pause of the provider is five minutes. */}
      <p role="status">
        {triedAt &&
          `It did not work at ${triedAt.toLocaleTimeString('en-GB')}. The next attempt is in five minutes at the latest.`}
      </p>
    </>
  );
}
