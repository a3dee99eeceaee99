'use client';

import { useEffect, useRef, useState } from 'react';
import { readChallenge } from '../../calls/challenge.ts';

/** One call that the thief has made with the stolen copy. */
export interface Attempt {
  readonly id: number;
  /** ms since the epoch. */
  readonly at: number;
  /** undefined: no answer came. */
  readonly status: number | undefined;
  /** The header `WWW-Authenticate`, as it came. */
  readonly challenge: string | undefined;
  /** What it means, in the API's words. */
  readonly reason: string | undefined;
}

/** Somebody with a copy of the access token, and nothing else. */
export interface Thief {
  /** The newest last. */
  readonly attempts: readonly Attempt[];
  /** The stolen copy. */
  readonly accessToken: string | undefined;
  /** Whether another call comes. */
  readonly isTrying: boolean;
  /** Steals the token, and makes one call with it. What was stolen before is forgotten. */
  steal(accessToken: string): Promise<void>;
  /** Goes on calling with it: a few times, with pauses. */
  goOn(): void;
}

/** Between two calls, in ms. The first comes at once. */
const PAUSES_MS = [0, 1500, 2500];
const PATIENCE_MS = 10_000;

/** @param apiUrl where the thief sends the token: like any program that has it, without the session and its renewal */
export function useThief(apiUrl: string): Thief {
  const [loot, setLoot] = useState<string>();
  const [attempts, setAttempts] = useState<readonly Attempt[]>([]);
  const [isTrying, setIsTrying] = useState(false);
  const stolen = useRef<string>(undefined);
  const end = useRef<AbortController>(undefined);
  useEffect(() => () => end.current?.abort(), []);

  async function call(signal: AbortSignal): Promise<void> {
    const attempt = await callWith(apiUrl, stolen.current ?? '', signal);
    if (!signal.aborted) setAttempts((before) => [...before, { ...attempt, id: before.length }]);
  }

  async function begin(task: (signal: AbortSignal) => Promise<void>): Promise<void> {
    end.current?.abort();
    const controller = new AbortController();
    end.current = controller;
    setIsTrying(true);
    await task(controller.signal);
    if (!controller.signal.aborted) setIsTrying(false);
  }

  return {
    attempts,
    accessToken: loot,
    isTrying,
    steal(accessToken) {
      stolen.current = accessToken;
      setLoot(accessToken);
      setAttempts([]);
      return begin(call);
    },
    goOn() {
      void begin(async (signal) => {
        for (const pauseMs of PAUSES_MS) {
          await new Promise((resolve) => setTimeout(resolve, pauseMs));
          if (signal.aborted) return;
          await call(signal);
        }
      });
    },
  };
}

async function callWith(apiUrl: string, accessToken: string, end: AbortSignal): Promise<Omit<Attempt, 'id'>> {
  const at = Date.now();
  try {
    const response = await fetch(`${apiUrl}/api/user`, {
      headers: { authorization: `Bearer ${accessToken}` },
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      signal: AbortSignal.any([end, AbortSignal.timeout(PATIENCE_MS)]),
    });
    await response.body?.cancel();
    const challenge = response.headers.get('www-authenticate') ?? undefined;
    const { status } = response;
    return { at, status, challenge, reason: readChallenge(response.headers)?.description };
  } catch {
    return { at, status: undefined, challenge: undefined, reason: undefined };
  }
}
