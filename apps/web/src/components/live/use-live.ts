'use client';

import { type ApiEventsState, useApiEvents } from 'next-auth-google-bearer/react';
import { useRef, useState } from 'react';
import { readChallenge } from '../../calls/challenge.ts';
import { membersOf } from '../../calls/members.ts';
import type { Records } from '../../calls/use-records.ts';
import type { TokenStory } from '../tokens/use-token-story.ts';

/** How the stream is. */
export interface LiveState {
  readonly events: ApiEventsState;
  /** Whether the page has got another access token since the stream was opened. */
  readonly hasOtherToken: boolean;
}

/**
 * Follows the API's events; what they say about the access token goes into the list and into the story.
 *
 * @param accessToken that of the page
 */
export function useLive(records: Records, story: TokenStory, accessToken: string | undefined): LiveState {
  /** What the stream was opened with. */
  const carried = useRef<string>(undefined);
  /** The same, for what is shown. */
  const [shown, setShown] = useState<string>();
  const events = useApiEvents({
    onResponse(call) {
      carried.current = call.accessToken;
      setShown(call.accessToken);
      story.answered(call, readChallenge(call.headers)?.description);
    },
    onEvent({ event, data }) {
      if (event !== 'refused') return;
      // The body of an error, as the API answers it.
      const [statusCode, code, message] = ['statusCode', 'code', 'message'].map((name) => parsed(data).get(name));
      // Its hour is over. That happens to every stream, and the page has had another token for ten minutes.
      if (code === 'ERR_TOKEN_EXPIRED') return;
      const text = `The API ended the open stream: ${message} (${code}).`;
      records.add({ kind: 'event', event: 'refused', text }, carried.current);
      // Anything else than 401 is not about the token.
      if (statusCode === 401 && carried.current !== undefined)
        story.answered({ accessToken: carried.current, status: 401, durationMs: 0 }, String(message));
    },
  });
  return { events, hasOtherToken: accessToken !== undefined && shown !== undefined && accessToken !== shown };
}

function parsed(data: string): ReadonlyMap<string, unknown> {
  return membersOf(JSON.parse(data));
}
