'use client';

import type { ReactNode } from 'react';
import { Apology } from '../components/apology.tsx';
import { Button } from '../components/button.tsx';

/** Shown when the page breaks. What broke it is for the log, not for the screen. */
export default function PageError({ reset }: { readonly reset: () => void }): ReactNode {
  return (
    <Apology title="This page broke">
      <p>Nothing you did has been lost at the API. If it breaks again, the log of this site says why.</p>
      <p>
        <Button onClick={reset}>Try again</Button>
      </p>
    </Apology>
  );
}
