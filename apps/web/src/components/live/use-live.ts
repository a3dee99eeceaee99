'use client';

import { type ApiEventsState, useApiEvents } from 'next-auth-google-bearer/react';
import { formatChallenge, readChallenge } from '../../calls/challenge.ts';
import { membersOf } from '../../calls/members.ts';
import type { Records } from '../../calls/use-records.ts';
import type { TokenStory } from '../tokens/use-token-story.ts';

/** Follows the API's events; what they say about the access token goes into the list and into the story. */
export function useLive(records: Records, story: TokenStory): ApiEventsState {
  return useApiEvents({
    onResponse: ({ accessToken, status, headers }) => {
      const challenge = readChallenge(headers);
      story.answered(accessToken, status, challenge && (challenge.description ?? formatChallenge(challenge)));
    },
    onEvent: ({ event, data }) => {
      if (event === 'refused') records.add({ kind: 'event', event: 'refused', text: reasonIn(data) });
    },
  });
}

/** The data is the JSON body of an error. */
function reasonIn(data: string): string {
  const members = membersOf(JSON.parse(data));
  return `The API ended the open stream: ${members.get('message')} (${members.get('code')}).`;
}
