'use client';

import type { ReactNode } from 'react';
import { useNow } from '../use-now.ts';
import { TokenCard } from './token-card.tsx';

const DAY_MS = 86_400_000;

/** The session token: the cookie that decides whether one is signed in. */
export function SessionCard({
  expires,
  isUntouched,
}: {
  readonly expires: string | undefined;
  readonly isUntouched: boolean;
}) {
  const news = isUntouched && '✓ Not touched. You are still signed in.';
  return (
    <TokenCard
      kind="session"
      name="Session token"
      purpose="Decides whether you are signed in."
      news={news}
      facts={[
        ['Is in', 'a cookie of this site (httpOnly)'],
        ['Read by', 'this page’s server alone. No script can read it'],
        ['Lives', <Life expires={expires} />],
      ]}
    />
  );
}

/** Each reading of the session makes it longer. A page that comes from the server does not know the date yet. */
function Life({ expires }: { readonly expires: string | undefined }): ReactNode {
  const now = useNow();
  const days = now === undefined || expires === undefined ? 30 : Math.round((Date.parse(expires) - now) / DAY_MS);
  return `${days} days, and longer while you use it`;
}
