'use client';

import type { Session } from 'next-auth';
import type { ReactNode } from 'react';
import { AccessCard } from './access-card.tsx';
import { RefreshCard } from './refresh-card.tsx';
import { SessionCard } from './session-card.tsx';
import styles from './tokens.module.css';
import type { TokenStory } from './use-token-story.ts';

/**
 * The three tokens. The refresh token is drawn as the stub of the session token, which it is inside of; it brings the access token.
 */
export function Tokens({ session, story }: { readonly session: Session; readonly story: TokenStory }): ReactNode {
  return (
    <div className={styles.tokens}>
      <div className={styles.ticket}>
        <SessionCard expires={session.expires} isUntouched={story.before !== undefined} />
        <RefreshCard error={session.error} usedAt={story.renewedAt} />
      </div>
      <AccessCard session={session} story={story} />
    </div>
  );
}
