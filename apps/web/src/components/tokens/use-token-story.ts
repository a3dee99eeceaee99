'use client';

import type { Session } from 'next-auth';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { Records } from '../../calls/use-records.ts';

/** What has happened to the access tokens of this page. */
export interface TokenStory {
  /** Why the API refuses the access token that the page holds now; undefined: as far as known it accepts it. */
  readonly refusal: string | undefined;
  /** The last one that the API has refused, if another has taken its place. */
  readonly before: { readonly accessToken: string; readonly reason: string } | undefined;
  /** When the refresh token last brought an access token, in ms since the epoch; undefined: not on this page. */
  readonly renewedAt: number | undefined;
  /** Takes note of an answer of the API. */
  answered(accessToken: string, status: number, reason: string | undefined): void;
}

/** @see TokenStory */
export function useTokenStory({ accessToken }: Session, records: Records): TokenStory {
  const [refused, setRefused] = useState<TokenStory['before']>();
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
    before: isOfNow || accessToken === undefined ? undefined : refused,
    renewedAt,
    answered(token, status, reason) {
      if (status === 401) setRefused({ accessToken: token, reason: reason ?? 'the API gave no reason' });
      else setRefused((known) => (known?.accessToken === token ? undefined : known));
    },
  };
}
