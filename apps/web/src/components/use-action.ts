'use client';

import { useState } from 'react';
import type { OneAtATime } from '../calls/use-one-at-a-time.ts';
import type { Result } from './result.ts';

/** What a button does, whether it does it now, and what came of it. */
export interface ActionState {
  readonly busy: boolean;
  /** Another action is under way. */
  readonly waits: boolean;
  /** Of the last time, unless another action was begun since. */
  readonly result: Result | undefined;
  start(): void;
  /** The result is not shown any more. */
  forget(): void;
}

/** @param task resolves to undefined when the page says it otherwise */
export function useAction(tasks: OneAtATime, name: string, task: () => Promise<Result | undefined>): ActionState {
  const [result, setResult] = useState<Result>();
  return {
    busy: tasks.running === name,
    waits: tasks.running !== undefined && tasks.running !== name,
    result: tasks.latest === name ? result : undefined,
    start() {
      tasks.run(name, async () => {
        setResult(undefined);
        setResult(await task());
      });
    },
    forget: () => setResult(undefined),
  };
}
