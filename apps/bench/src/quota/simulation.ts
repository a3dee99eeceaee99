import { setImmediate as breathe } from 'node:timers/promises';
import { createTokenVerifier } from 'google-bearer';
import { AUDIENCE } from '../filled-verifier.ts';
import { StandIn } from './stand-in.ts';
import { type TrafficModel, traffic } from './traffic.ts';

/** Asked only if the stand-in were not: nobody is there. */
const NOBODY = 'http://127.0.0.1:9';

/** What the simulated API is like. */
export type Deployment = {
  readonly instances: number;
  /** Whether the instances share what Google said; the store that they share has room for everything. */
  readonly sharedCache: boolean;
  readonly maxEntries: number;
  readonly maxAgeMs: number;
};

/** What Google got to do. */
export type Lookups = {
  readonly requests: number;
  readonly lookups: number;
  /** The lookups of the busiest second and of the busiest minute. */
  readonly peakSecond: number;
  readonly peakMinute: number;
};

/** Timers of lookups that have ended are cleared away when the event loop turns. */
const BREATHE_EVERY = 10_000;

/**
 * Sends traffic through real verifiers by a simulated clock and counts what they ask Google, which answers at once. The
 * instances get the requests in turn, whosever they are.
 *
 * Twice `maxAgeMs` are not counted: within the first the users come one by one, and in the second what was said about them
 * then has grown too old to be used.
 *
 * @param countedMs how long lookups are counted
 */
export async function simulate(deployment: Deployment, model: TrafficModel, countedMs: number): Promise<Lookups> {
  const { instances, maxEntries, maxAgeMs } = deployment;
  const realNow = Date.now;
  const beganAt = realNow();
  const google = new StandIn(deployment, beganAt);
  const verifiers = Array.from({ length: instances }, () =>
    createTokenVerifier({ audience: AUDIENCE, maxEntries, maxAgeMs, sharedCache: google, endpoints: NOBODY }),
  );
  const perSecond = new Uint32Array(Math.ceil(countedMs / 1000));
  let turn = 0;
  let requests = 0;
  try {
    Date.now = () => beganAt + Math.floor(google.arrival.atMs);
    for (const arrival of traffic(model, maxAgeMs)) {
      const second = Math.floor((arrival.atMs - 2 * maxAgeMs) / 1000);
      if (second >= perSecond.length) break;
      const before = google.lookups;
      google.arrival = arrival;
      const verifier = verifiers[turn++ % instances];
      const token = `ya29.${arrival.user}-${arrival.generation}`;
      if (verifier?.peek(token) === undefined) await verifier?.verify(token);
      if (turn % BREATHE_EVERY === 0) await breathe();
      if (second < 0) continue;
      requests++;
      perSecond[second] = (perSecond[second] ?? 0) + google.lookups - before;
    }
  } finally {
    Date.now = realNow;
    await Promise.all(verifiers.map((verifier) => verifier.close()));
  }
  return { requests, ...busiest(perSecond) };
}

function busiest(perSecond: Uint32Array): Omit<Lookups, 'requests'> {
  const sum = (counts: Uint32Array) => counts.reduce((all, count) => all + count, 0);
  const minutes = Array.from({ length: Math.ceil(perSecond.length / 60) }, (_, minute) =>
    sum(perSecond.subarray(minute * 60, minute * 60 + 60)),
  );
  return { lookups: sum(perSecond), peakSecond: Math.max(...perSecond), peakMinute: Math.max(...minutes) };
}
