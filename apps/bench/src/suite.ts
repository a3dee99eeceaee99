import type { GoalId } from './goals.ts';

/** How much is measured: `quick` proves within seconds that a suite works, and its figures mean little. */
export type Size = 'full' | 'quick';

/** What can be written as JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** A measured figure. */
export interface Figure {
  readonly value: number;
  /** Where the middle half of the rounds lay; absent where there is nothing to repeat. */
  readonly middle?: readonly [number, number];
}

/** What a suite has found out. */
export interface Outcome {
  /** For the table: one figure for each goal that the suite answers to. */
  readonly figures: Readonly<Partial<Record<GoalId, Figure>>>;
  /** Everything else worth keeping: absolute times, sizes, what was compared. */
  readonly details: { readonly [name: string]: Json };
  /** What went otherwise than expected and spoils nothing: told to the person who waits. */
  readonly unusual?: readonly string[];
  /** Shown beside the figures: Markdown. */
  readonly table?: string;
}

/** A group of measurements that runs in a process of its own, so that none finds what another left in memory. */
export interface Suite {
  /** What it is about, for the person who waits. */
  readonly title: string;
  /** @param say tells the person who waits what is going on */
  run(size: Size, say: (what: string) => void): Promise<Outcome>;
}
