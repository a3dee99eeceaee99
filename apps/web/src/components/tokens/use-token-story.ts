'use client';

import type { Session } from 'next-auth';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { Records } from '../../calls/use-records.ts';

/** An access token that the API refuses. */
interface Refused {
  readonly accessToken: string;
  readonly reason: string;
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
  /** Takes note of an answer of the API. */
  answered(accessToken: string, status: number, reason: string | undefined): void;
}

/** @see TokenStory */
export function useTokenStory({ accessToken }: Session, records: Records): TokenStory {
  const [refused, setRefused] = useState<Refused>();
  const [renewedAt, setRenewedAt] = useState<number>();
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
    answered(token, status, reason = 'the API gave no reason') {
      setRefused((known) => {
        const isKnown = known?.accessToken === token;
        if (status !== 401) return isKnown ? undefined : known && { ...known, isReplaced: true };
        if (isKnown) return known;
        return { accessToken: token, reason, isAgain: known?.isReplaced === false, isReplaced: false };
      });
    },
  };
}
