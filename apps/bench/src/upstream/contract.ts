/** What an upstream has done since it was last asked. */
export interface Done {
  readonly requests: number;
  /** CPU time of its process, in ms. */
  readonly cpuMs: number;
}

/** What its process says, first and once: where it listens. */
export interface Listening {
  readonly origin: string;
}

/** Whether a message is that. */
export function isListening(said: unknown): said is Listening {
  return typeof said === 'object' && said !== null && 'origin' in said && typeof said.origin === 'string';
}

/** Whether a message is that. */
export function isDone(said: unknown): said is Done {
  if (typeof said !== 'object' || said === null || !('requests' in said) || !('cpuMs' in said)) return false;
  return typeof said.requests === 'number' && typeof said.cpuMs === 'number';
}
