import type { Suite } from './suite.ts';

/** Loads a suite, and with it what it measures: in the process that runs it, and nowhere else. */
type LoadSuite = () => Promise<{ readonly suite: Suite }>;

/** Every suite by its name. The full run has them in this order, without those of {@link onlyByName}. */
export const suites: Readonly<Record<string, LoadSuite>> = {
  'hot-path': () => import('./suites/hot-path.ts'),
  crowd: () => import('./suites/crowd.ts'),
  memory: () => import('./suites/memory.ts'),
  routes: () => import('./suites/routes.ts'),
  misses: () => import('./suites/misses.ts'),
  stampede: () => import('./suites/stampede.ts'),
  'cold-import': () => import('./suites/cold-import.ts'),
  instances: () => import('./suites/instances.ts'),
  flood: () => import('./suites/flood.ts'),
  profile: () => import('./suites/profile.ts'),
};

/** A profile explains a figure and is none itself, and a flood of 100 000 takes more than a minute. */
const onlyByName: readonly string[] = ['flood', 'profile'];

/** What runs when no suite is named. */
export const fullRun: readonly string[] = Object.keys(suites).filter((name) => !onlyByName.includes(name));
