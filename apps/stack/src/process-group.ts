import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const running = new Set<ChildProcess>();

/** Whether a child can lead a process group; it has to be spawned `detached` then. */
export const HAS_GROUPS: boolean = process.platform !== 'win32';

/**
 * Resolves when a child has ended, nothing that it started is left, and all it wrote has been read. Whatever ends this
 * process ends the child too.
 */
export async function groupEnded(child: ChildProcess): Promise<void> {
  if (running.size === 0) process.on('exit', killAll);
  running.add(child);
  const closed = once(child, 'close').catch(() => undefined);
  // "error" instead of "exit": it could not even be started.
  await new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  killGroup(child);
  running.delete(child);
  if (running.size === 0) process.off('exit', killAll);
  await Promise.race([closed, sleep(1000, undefined, { ref: false })]);
}

/** Ends a child and all that it started, at once. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (HAS_GROUPS) process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // Nobody is left: that is what was wanted.
  }
}

function killAll(): void {
  for (const child of running) killGroup(child);
}
