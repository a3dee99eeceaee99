import type { Settling } from './settling.ts';

/** Where a reader stands. Kept from one connection to the next. */
export interface Place {
  /** The run of Redis that it reads, or read last. */
  run: string | undefined;
  /** The epoch that it read last; undefined, too, when there was none. */
  epoch: string | undefined;
  /** The id up to which the view has been told the stream. */
  position: string;
  /** The last element that it really saw, by which a shorter history would show. */
  seen: string | undefined;
  /** Whether the view has been told everything up to {@link position}. */
  complete: boolean;
  /** Whether it ever was: then it may know what Redis has lost. */
  wasComplete: boolean;
  readonly settling: Settling;
}
