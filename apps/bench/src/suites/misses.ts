import { OAuth2Client } from 'google-auth-library';
import { createTokenVerifier } from 'google-bearer';
import { median } from 'simple-statistics';
import { Pool } from 'undici';
import { AUDIENCE } from '../filled-verifier.ts';
import { type Contestant, inRounds } from '../rounds.ts';
import { ratio } from '../statistics.ts';
import type { Suite } from '../suite.ts';
import { mintTokens } from '../tokens.ts';
import { startUpstream } from '../upstream/start-upstream.ts';

/** Questions under way at any time: what google-bearer allows itself, and so what everybody is allowed here. */
const AT_ONCE = 256;

/** No lookup fails because the machine was busy with something else for a while: it is slow then, and that is measured. */
const TIMEOUT_MS = 60_000;

/** How many unknown tokens a piece of work asks about. */
const sizes = {
  full: { tokens: 5_000, rounds: 7, warmUp: 2 },
  quick: { tokens: 1_000, rounds: 2, warmUp: 1 },
};

export const suite: Suite = {
  title: 'Unknown tokens, which an upstream is asked about',
  async run(size, say) {
    const { tokens, rounds, warmUp } = sizes[size];
    // Each round asks once untimed and once timed.
    const asked = 2 * tokens * (rounds + warmUp);
    const upstream = await startUpstream();
    // What each keeps open from round to round, so that nobody's connections are new in a measured round.
    const pool = new Pool(upstream.origin, { connections: AT_ONCE });
    const verifier = createTokenVerifier({
      audience: AUDIENCE,
      endpoints: upstream.origin,
      maxEntries: asked,
      timeoutMs: TIMEOUT_MS,
    });
    const client = new OAuth2Client({ endpoints: { tokenInfoUrl: upstream.tokenInfoUrl } });

    say(`${warmUp + rounds} rounds of ${tokens} tokens each`);
    await upstream.done();
    const contestants = {
      undici: new Asking(tokens, (token) => askBare(pool, token)),
      'google-bearer': new Asking(tokens, (token) => verifier.verify(token)),
      'google-auth-library': new Asking(tokens, (token) => client.getTokenInfo(token)),
    };
    const times = await inRounds(contestants, { rounds, warmUp });
    const { requests, cpuMs } = await upstream.done();
    const { retried } = verifier.stats().lookups;
    await Promise.all([pool.close(), verifier.close(), upstream.close()]);

    const expected = 3 * asked;
    const { undici = [], 'google-bearer': ours = [], 'google-auth-library': library = [] } = times;
    const details = Object.entries(contestants).map(([name, { cpuUs }]) => {
      const ns = median(times[name] ?? []);
      return [
        name,
        { msPerRound: (ns * tokens) / 1e6, tokensPerS: Math.round(1e9 / ns), cpuUsPerToken: median(cpuUs) },
      ];
    });
    return {
      figures: {
        'miss/undici': ratio(ours, undici),
        // Their time for a token over ours is our tokens a second over theirs.
        'miss/google-auth-library': ratio(library, ours),
      },
      details: {
        tokensPerRound: tokens,
        atOnce: AT_ONCE,
        requests,
        retried,
        ...Object.fromEntries(details),
        // It must not be what is measured: a million by this is how many it could answer in a second.
        upstreamCpuUsPerRequest: (cpuMs * 1000) / requests,
      },
      unusual:
        requests === expected
          ? []
          : [
              `the upstream was asked ${requests} times instead of ${expected}; google-bearer asked ${retried} times again`,
            ],
    };
  },
};

/** The question as google-bearer asks it, and nothing else: who reads the answer believes it. */
async function askBare(pool: Pool, token: string): Promise<unknown> {
  const { body } = await pool.request({
    path: '/tokeninfo',
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
  });
  return body.json();
}

/** Asks about tokens that nobody has asked about yet, as many at once as is allowed. */
class Asking implements Contestant {
  readonly operations: number;
  /** What a token took of this process's CPU, in each piece of work. */
  readonly cpuUs: number[] = [];
  readonly #ask: (token: string) => Promise<unknown>;

  constructor(count: number, ask: (token: string) => Promise<unknown>) {
    this.operations = count;
    this.#ask = ask;
  }

  prepare(): () => Promise<void> {
    const unknown = mintTokens(this.operations);
    return async () => {
      const before = process.cpuUsage();
      let next = 0;
      const askOn = async () => {
        while (next < unknown.size) await this.#ask(unknown.token(next++));
      };
      await Promise.all(Array.from({ length: AT_ONCE }, askOn));
      const { user, system } = process.cpuUsage(before);
      this.cpuUs.push((user + system) / unknown.size);
    };
  }
}
