/** What differs between the databases once Kysely has had its part. */
export interface Engine {
  /** Whether an error means that the database is not available; any other is a mistake of this program. */
  isOutage(error: unknown): boolean;
  /** Throws when what was just written would not outlive this process. */
  assertDurable?(): void;
  /** Does a piece of work when its turn comes, which is not at once while another process holds a lock. Default: at once. */
  inTurn?<T>(kind: 'read' | 'write', work: () => Promise<T>): Promise<T>;
}

/** Files and connections that fail do so with plain errors; mistakes have a class of their own, such as `TypeError`. */
export function isPlainError(error: unknown): boolean {
  // Node's, when a host has several addresses and none answers.
  if (error instanceof AggregateError) return true;
  return error instanceof Error && error.constructor === Error;
}
