import type { RevocationLog } from '../revocations/log.ts';

/** A log under test, and what can be done with its store. */
export interface RevocationLogHandle {
  readonly log: RevocationLog;
  /**
   * Another log object on the same store, as another process would have. A log that lives in one process alone leaves it
   * out, and with it the cases that need it.
   */
  reopen?(): RevocationLog | Promise<RevocationLog>;
  /** Closes every object that this handle made, and removes the store. */
  close(): void | Promise<void>;
}

/** Makes a log on a store with nothing in it. */
export type OpenLog = () => RevocationLogHandle | Promise<RevocationLogHandle>;

/** One thing that a log has to do. */
export interface ContractCase {
  readonly name: string;
  /** Rejects with an `AssertionError` when the log does not. */
  run(): Promise<void>;
}

/** A case on a fresh log, closed whatever comes of it. */
export function onLog(
  open: OpenLog,
  name: string,
  check: (log: RevocationLog, reopen: () => Promise<RevocationLog>) => Promise<void>,
): ContractCase {
  return {
    name,
    async run() {
      const handle = await open();
      try {
        await check(handle.log, async () => (handle.reopen ? handle.reopen() : handle.log));
      } finally {
        await handle.close();
      }
    },
  };
}
