import { seededRandom } from '../random.ts';
import { zipf } from './zipf.ts';

const HOUR_MS = 3_600_000;

/** Google's access tokens live an hour; the front end has replaced one ten minutes before that (`refreshBeforeMs`). */
const TOKEN_LIFE_MS = HOUR_MS;
const REPLACED_AFTER_MS = TOKEN_LIFE_MS - 600_000;

/** Whose requests come, and how many. */
export type TrafficModel = {
  readonly users: number;
  readonly requestsPerHour: number;
  /** Of the Zipf distribution: how unequal the users are. 0 is equal. */
  readonly exponent: number;
};

/** One request. */
export interface Arrival {
  /** In ms since the traffic began. */
  readonly atMs: number;
  readonly user: number;
  /** Of the user's tokens, which one it is. */
  readonly generation: number;
  readonly tokenEndsAtMs: number;
}

/**
 * Requests in the order in which they come, without end, the same ones each time. They come at random moments (a Poisson
 * process); each is of a user drawn at random, the k-th busiest 1/k^exponent as often as the busiest. Every user's token is
 * replaced every 50 minutes, each at a moment of their own.
 *
 * @param settlingMs within these the users come one by one: did all begin at once, then what was said about their tokens would
 * grow old at once too, again and again
 */
export function* traffic(model: TrafficModel, settlingMs = 0): Generator<Arrival, never> {
  const { users, requestsPerHour, exponent } = model;
  const random = seededRandom(1);
  const draw = zipf(users, exponent, random);
  const meanGapMs = HOUR_MS / requestsPerHour;
  const offsets = Float64Array.from({ length: users }, () => random() * REPLACED_AFTER_MS);
  const comesAtMs = Float64Array.from({ length: users }, () => random() * settlingMs);
  for (let atMs = 0; ; ) {
    atMs -= Math.log(1 - random()) * meanGapMs;
    const user = draw();
    if (atMs < (comesAtMs[user] ?? 0)) continue;
    const offset = offsets[user] ?? 0;
    const generation = Math.floor((atMs + offset) / REPLACED_AFTER_MS);
    yield { atMs, user, generation, tokenEndsAtMs: generation * REPLACED_AFTER_MS - offset + TOKEN_LIFE_MS };
  }
}

/**
 * How many tokens come for the first time within an hour of the steady state: with a memory that forgets nothing, each would
 * be looked up once. The hour begins when every token that was in use at first has been replaced.
 */
export function tokensPerHour(model: TrafficModel): number {
  const seen = new Int8Array(model.users).fill(-1);
  let tokens = 0;
  for (const { atMs, user, generation } of traffic(model)) {
    if (atMs >= REPLACED_AFTER_MS + HOUR_MS) return tokens;
    if (seen[user] !== generation && atMs >= REPLACED_AFTER_MS) tokens++;
    seen[user] = generation;
  }
  return tokens;
}
