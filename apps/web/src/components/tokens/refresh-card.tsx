import type { Session } from 'next-auth';
import type { ReactNode } from 'react';
import { timeOfDay } from './time.ts';
import { TokenCard } from './token-card.tsx';

/** The refresh token. This page never sees it: what is shown is what is known of every one. */
export function RefreshCard(props: {
  readonly error: Session['error'];
  /** When it last brought a new access token on this page. */
  readonly usedAt: number | undefined;
}): ReactNode {
  const { error, usedAt } = props;
  const used = usedAt !== undefined && `↻ Used at ${timeOfDay(usedAt)}: it brought the new access token.`;
  return (
    <TokenCard
      // Lights up anew each time.
      key={usedAt}
      kind="refresh"
      name="Refresh token"
      purpose="Brings a new access token."
      state={error !== undefined ? 'dead' : usedAt !== undefined ? 'lit' : 'calm'}
      news={error === undefined ? used : ends[error]}
      facts={[
        ['Is in', 'the session token, encrypted'],
        ['Read by', 'this page’s server alone. No script, no API'],
        ['Lives', 'until somebody ends the access at Google'],
      ]}
    />
  );
}

const ends = {
  invalid_grant: 'Google does not accept it any more.',
  no_refresh_token: 'Google gave this app none.',
} as const;
