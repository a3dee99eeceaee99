/** What ends a program: Ctrl-C, `kill`, a terminal that is closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** One Ctrl-C comes twice when whoever started us (a shell, pnpm) hands it on; only a later one is another. */
const SAME_MS = 500;

/**
 * Aborts at the first signal, or when nobody reads our output any more; a second signal ends the process at once.
 *
 * @param sameMs for how long after the first signal another one counts as the same
 */
export function interruption(sameMs: number = SAME_MS): AbortSignal {
  const controller = new AbortController();
  let first: number | undefined;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      const now = performance.now();
      first ??= now;
      if (now - first > sameMs) process.exit(130);
      controller.abort();
    });
  }
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => controller.abort());
  return controller.signal;
}
