import type { GoalId } from '../goals.ts';
import { ratio } from '../statistics.ts';
import type { Figure } from '../suite.ts';
import type { Case } from './case.ts';
import type { Kind } from './good-client.ts';

/** What the goals are about: of each figure the worst of all cases. */
export function floodFigures(cases: readonly Case[]): Partial<Record<GoalId, Figure>> {
  const worst = (of: (measured: Case) => Figure): Figure =>
    cases.map(of).reduce((one, other) => (one.value >= other.value ? one : other));
  const redis = cases.flatMap((measured) => measured.redis ?? []);
  return {
    'flood/known p99': worst(({ times }) => besideControl(times, 'known')),
    'flood/new p99': worst(({ times }) => besideControl(times, 'new')),
    'flood/known p99, quiet': worst(({ times }) => slowed(times, 'known')),
    'flood/new p99, quiet': worst(({ times }) => slowed(times, 'new')),
    'flood/public p99, quiet': worst(({ times }) => slowed(times, 'public')),
    'flood/lookups': worst(({ lookups }) => ({ value: lookups })),
    'flood/refused': worst(({ goodRefused }) => ({ value: goodRefused })),
    'flood/memory': worst(({ bytes }) => ({ value: bytes.after / bytes.before })),
    ...(redis.length > 0 && {
      'flood/redis keys': { value: Math.max(...redis.map(({ before, after }) => after.keys - before.keys)) },
      'flood/redis bytes': { value: Math.max(...redis.map(({ before, after }) => after.bytes - before.bytes)) },
    }),
  };
}

/** By how much longer the slowest of a hundred requests take in the flood. */
function slowed(times: Case['times'], kind: Kind): Figure {
  return ratio(times[kind].flood.p99Ms, times[kind].quiet.p99Ms);
}

/**
 * The same, divided by what it is for the public route in the same round: what a token suffers beyond what everything on
 * these cores suffers, be it only since the load has them too.
 */
function besideControl({ public: control, ...tokens }: Case['times'], kind: Exclude<Kind, 'public'>): Figure {
  const rounds = ({ flood, quiet }: Case['times'][Kind]): number[] =>
    flood.p99Ms.map((ms, round) => ms / (quiet.p99Ms[round] ?? Number.NaN));
  return ratio(rounds(tokens[kind]), rounds(control));
}
