'use client';

import { useSearchParams } from 'next/navigation';
import { useSession } from 'next-auth/react';
import { type ReactNode, useState } from 'react';
import { Dashboard } from './dashboard.tsx';
import type { Farewell } from './farewell.ts';
import { Notice } from './notice.tsx';
import { signInProblem } from './sign-in-problem.ts';
import { SignedOut } from './signed-out.tsx';

/** What is shown depends on who is there, and on what has just happened. */
export function Home({ isGoogleEmulated }: { readonly isGoogleEmulated: boolean }): ReactNode {
  const { data: session } = useSession();
  const [farewell, setFarewell] = useState<Farewell>();
  const code = useSearchParams().get('error');
  const problem = code === null ? undefined : signInProblem(code);
  return (
    <>
      {problem && (
        <Notice tone="warning" title={problem.title} onDismiss={forgetQuery}>
          {problem.text}
        </Notice>
      )}
      {session ? (
        <Dashboard
          session={session}
          onLeft={(left) => {
            forgetQuery();
            setFarewell(left);
          }}
        />
      ) : (
        <>
          {farewell && (
            <Notice tone="good" title={farewell.title} takesFocus onDismiss={() => setFarewell(undefined)}>
              {farewell.text}
            </Notice>
          )}
          <SignedOut isGoogleEmulated={isGoogleEmulated} asksWhichAccount={problem?.offersOtherAccount === true} />
        </>
      )}
    </>
  );
}

/** Next.js follows: `useSearchParams` is empty afterwards. */
function forgetQuery(): void {
  window.history.replaceState(null, '', window.location.pathname);
}
