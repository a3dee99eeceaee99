import type { CostPoint } from './cost.ts';
import type { InstancesPoint } from './instances.ts';

/** What the suite `growth` finds out. */
export type GrowthDetails = {
  /** By tokens in memory, compared with 5 000. */
  readonly tokens: readonly CostPoint[];
  /** By revocations of single tokens in force, compared with none, with 5 000 tokens in memory. */
  readonly tokenRevocations: readonly CostPoint[];
  /** The same by users who were signed out everywhere. */
  readonly subjectRevocations: readonly CostPoint[];
  /** A text says why it was not measured. */
  readonly instances: readonly InstancesPoint[] | string;
};
