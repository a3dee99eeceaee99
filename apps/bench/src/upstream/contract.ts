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
