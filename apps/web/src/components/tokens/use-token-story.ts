'use client';

import type { Session } from 'next-auth';
import type { ApiCall } from 'next-auth-google-bearer/react';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { Records } from '../../calls/use-records.ts';

/** An access token that the API refuses. */
interface Refused {
  readonly accessToken: string;
  readonly reason: string;
  /** When the page heard of it, by `performance.now()`. */
  readonly heardAt: number;
  /** It came in place of one that was refused. */
  readonly isAgain: boolean;
  /** The API has accepted another one since. */
  readonly isReplaced: boolean;
}

/** What has happened to the access tokens of this page. */
export interface TokenStory {
  /** Why the API refuses the access token that the page holds now; undefined: as far as known it accepts it. */
  readonly refusal: string | undefined;
  /** It refused the one before as well: another one does not help. */
  readonly isRefusedAgain: boolean;
  /** The last one that the API has refused, if another has taken its place. */
  readonly before: Refused | undefined;
  /** When the refresh token last brought an access token, in ms since the epoch; undefined: not on this page. */
  readonly renewedAt: number | undefined;
  /** Takes note of an answer of the API. Whether it refuses a token that came in place of a refused one: another one does not help. */
  answered(answer: Answer, reason: string | undefined): boolean;
}

/** What of an answer tells about the token. */
type Answer = Pick<ApiCall, 'accessToken' | 'status' | 'durationMs'>;

/** @see TokenStory */
export function useTokenStory({ accessToken }: Session, records: Records): TokenStory {
  const [refused, setRefused] = useState<Refused>();
  const [renewedAt, setRenewedAt] = useState<number>();
  /** The same, for whoever cannot wait until it is shown. */
  const now = useRef(refused);
  const last = useRef(accessToken);
  const tellRenewal = useEffectEvent(() => {
    if (accessToken === undefined || last.current === accessToken) return;
    const isFirst = last.current === undefined;
    last.current = accessToken;
    if (isFirst) return;
    setRenewedAt(Date.now());
    const text = 'The refresh token brought a new access token: this page’s server asked Google for it.';
    records.add({ kind: 'event', event: 'renewed', text }, accessToken);
  });
  useEffect(() => tellRenewal(), [accessToken]);

  const isOfNow = refused?.accessToken === accessToken;
  return {
    refusal: isOfNow ? refused?.reason : undefined,
    isRefusedAgain: isOfNow && refused?.isAgain === true,
    before: isOfNow || accessToken === undefined ? undefined : refused,
    renewedAt,
    answered(answer, reason = 'the API gave no reason') {
      now.current = afterAnswer(now.current, answer, reason);
      setRefused(now.current);
      return answer.status === 401 && now.current?.isAgain === true;
    },
  };
}

/** What is known of refused tokens after an answer. */
function afterAnswer(known: Refused | undefined, answer: Answer, reason: string): Refused | undefined {
  const { accessToken, status, durationMs } = answer;
  // An outage, or too many requests.
  if (status === 429 || status >= 500) return known;
  const heardAt = performance.now();
  const isKnown = known?.accessToken === accessToken;
  if (status === 401) {
    if (isKnown) return known;
    return { accessToken, reason, heardAt, isAgain: known?.isReplaced === false, isReplaced: false };
  }
  if (!isKnown) return known && { ...known, isReplaced: true };
  // The call that revokes a token is accepted with it, and the stream may end before its answer is here.
  return heardAt - durationMs > known.heardAt ? undefined : known;
}
