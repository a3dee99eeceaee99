'use client';

import { useSearchParams } from 'next/navigation';
import { useSession } from 'next-auth/react';
import type { ReactNode } from 'react';
import { Dashboard } from './dashboard.tsx';
import { Notice } from './notice.tsx';
import { signInProblem } from './sign-in-problem.ts';
import { SignedOut } from './signed-out.tsx';
import { useFarewell } from './use-farewell.ts';

/** What is shown depends on who is there, and on what has just happened. */
export function Home(props: { readonly isGoogleEmulated: boolean; readonly apiUrl: string }): ReactNode {
  const { isGoogleEmulated, apiUrl } = props;
  const { data: session } = useSession();
  const { farewell, prepare, dismiss } = useFarewell(session !== null);
  const code = useSearchParams().get('error');
  const problem = code === null ? undefined : signInProblem(code, session !== null);
  return (
    <>
      {problem && (
        <Notice tone="warning" title={problem.title} onDismiss={forgetQuery}>
          {problem.text}
        </Notice>
      )}
      {session ? (
        <Dashboard
          // Another person may sign in in another tab: nothing of this one stays on the page, nor would be done as the other.
          key={session.subject}
          session={session}
          apiUrl={apiUrl}
          onLeaving={(next) => {
            forgetQuery();
            prepare(next);
          }}
        />
      ) : (
        <>
          {farewell && (
            <Notice tone={farewell.tone} title={farewell.title} takesFocus onDismiss={dismiss}>
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
