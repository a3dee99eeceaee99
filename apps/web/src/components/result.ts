import type { ReactNode } from 'react';

/** What a button has brought about. `calm`: nothing is wrong, but something is to be done. */
export interface Result {
  readonly tone: 'good' | 'calm' | 'bad';
  readonly text: ReactNode;
}
