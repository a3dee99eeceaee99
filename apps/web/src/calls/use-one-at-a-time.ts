'use client';

import { useRef, useState } from 'react';

/** Runs one task at a time; what is asked for meanwhile, as by a double click, does not happen. */
export interface OneAtATime {
  /** The name of the task under way. */
  readonly running: string | undefined;
  /** The name of the task that was begun last: what came of those before may not be true any more. */
  readonly latest: string | undefined;
  run(name: string, task: () => Promise<void>): void;
}

/** @see OneAtATime */
export function useOneAtATime(): OneAtATime {
  const [latest, setLatest] = useState<string>();
  const [isRunning, setIsRunning] = useState(false);
  // A ref, for the second click comes before the next render.
  const busy = useRef(false);
  return {
    running: isRunning ? latest : undefined,
    latest,
    run(name, task) {
      if (busy.current) return;
      busy.current = true;
      setLatest(name);
      setIsRunning(true);
      void task().finally(() => {
        busy.current = false;
        setIsRunning(false);
      });
    },
  };
}
