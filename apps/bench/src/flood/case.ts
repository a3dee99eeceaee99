import type { Flooded } from './flood.ts';
import type { Kind } from './good-client.ts';
import type { Size } from './redis-size.ts';

/** How long requests took in each round, in ms: their median and their 99th percentile. */
export type Times = { readonly p50Ms: readonly number[]; readonly p99Ms: readonly number[] };

/** What was measured with one kind of API. */
export type Case = {
  readonly name: string;
  readonly times: { readonly [kind in Kind]: { readonly quiet: Times; readonly flood: Times } };
  /** How many requests of the good client were not answered with 200, in all rounds. */
  readonly goodRefused: number;
  /** What the flooder saw, round by round. */
  readonly floods: readonly Flooded[];
  /** How often the upstream was asked about its tokens. */
  readonly lookups: number;
  /** What the API held before the first round and after the last. */
  readonly bytes: { readonly before: number; readonly after: number };
  /** What Redis held then, besides what it held about good tokens. */
  readonly redis?: { readonly before: Size; readonly after: Size };
};
