'use client';

import { useState } from 'react';
import { type Farewell, sessionEnded } from './farewell.ts';

/**
 * What to say to somebody whose session is over, also when it ended by itself.
 *
 * @param isSignedIn now
 */
export function useFarewell(isSignedIn: boolean): {
  readonly farewell: Farewell | undefined;
  /** Sets what is said when the session is over. A button does so before it ends it; undefined: it has not. */
  prepare(farewell: Farewell | undefined): void;
  dismiss(): void;
} {
  const [wasSignedIn, setWasSignedIn] = useState(isSignedIn);
  const [prepared, prepare] = useState<Farewell>();
  const [farewell, setFarewell] = useState<Farewell>();
  if (isSignedIn !== wasSignedIn) {
    setWasSignedIn(isSignedIn);
    setFarewell(isSignedIn ? undefined : (prepared ?? sessionEnded));
    prepare(undefined);
  }
  return { farewell, prepare, dismiss: () => setFarewell(undefined) };
}
