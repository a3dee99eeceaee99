import type { Suite } from './suite.ts';

/** Loads a suite, and with it what it measures: in the process that runs it, and nowhere else. */
type LoadSuite = () => Promise<{ readonly suite: Suite }>;

/** Every suite by its name, in the order in which they run. */
export const suites: Readonly<Record<string, LoadSuite>> = {
  'hot-path': () => import('./suites/hot-path.ts'),
  crowd: () => import('./suites/crowd.ts'),
  memory: () => import('./suites/memory.ts'),
  routes: () => import('./suites/routes.ts'),
  misses: () => import('./suites/misses.ts'),
  stampede: () => import('./suites/stampede.ts'),
  'cold-import': () => import('./suites/cold-import.ts'),
  growth: () => import('./suites/growth.ts'),
  quota: () => import('./suites/quota.ts'),
  profile: () => import('./suites/profile.ts'),
};
