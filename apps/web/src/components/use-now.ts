'use client';

import { useSyncExternalStore } from 'react';

/** The time in ms, to the second; undefined on the server and until hydrated, as the two clocks would not agree. */
export function useNow(): number | undefined {
  return useSyncExternalStore(everySecond, currentSecond, () => undefined);
}

/** For `useSyncExternalStore`: something that may be different a second later. */
export function everySecond(onChange: () => void): () => void {
  const timer = setInterval(onChange, 1000);
  // Timers sleep while the page is hidden.
  document.addEventListener('visibilitychange', onChange);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', onChange);
  };
}

function currentSecond(): number {
  return Math.floor(Date.now() / 1000) * 1000;
}
