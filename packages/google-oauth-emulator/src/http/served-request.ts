/** One request that is over, for a log. It never holds a token, code, secret or e-mail address. */
export interface ServedRequest {
  readonly method: string;
  /** Path without the query. `(unknown)` if the emulator does not have this path, because such a path may hold anything. */
  readonly path: string;
  /** Absent when no answer was sent: a fault held or cut the connection, or the caller went away first. */
  readonly status?: number;
  /** Milliseconds of real time from its arrival to its end. */
  readonly ms: number;
  /** Kind of the fault that affected it. */
  readonly fault?: string;
}
