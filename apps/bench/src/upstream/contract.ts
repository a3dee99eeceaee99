/** How tokens begin that an upstream does not know. It knows all others. */
export const NOBODYS = 'ya29.nobodys-';

/** What an upstream has done since it was last asked. */
export interface Done {
  readonly requests: number;
  /** How many of them were about tokens that begin with {@link NOBODYS}. */
  readonly ofNobody: number;
  /** CPU time of its process, in ms. */
  readonly cpuMs: number;
}

/** What a process that listens says, first and once: where. */
export interface Listening {
  readonly origin: string;
}

/** Whether a message is that. */
export function isListening(said: unknown): said is Listening {
  return typeof said === 'object' && said !== null && 'origin' in said && typeof said.origin === 'string';
}

/** Whether a message is that. */
export function isDone(said: unknown): said is Done {
  if (typeof said !== 'object' || said === null) return false;
  const numbers = new Map(Object.entries(said));
  return ['requests', 'ofNobody', 'cpuMs'].every((name) => typeof numbers.get(name) === 'number');
}
