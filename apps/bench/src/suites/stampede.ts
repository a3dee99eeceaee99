import { createTokenVerifier, type Principal, type TokenVerifier } from 'google-bearer';
import { AUDIENCE } from '../filled-verifier.ts';
import type { Suite } from '../suite.ts';
import { mintTokens } from '../tokens.ts';
import { startUpstream } from '../upstream/start-upstream.ts';

/** So many requests come with the same token before anything is known about it; quick in either size. */
const REQUESTS = 10_000;

/** How busy the machine is must not decide whether they are answered. */
const TIMEOUT_MS = 60_000;

export const suite: Suite = {
  title: 'A stampede: first requests with one token, all at once',
  async run() {
    const byVerify = await stampede((verifier, token) => verifier.verify(token));
    // As the Fastify plugin asks: memory first, without a promise.
    const byPeek = await stampede(async (verifier, token) => verifier.peek(token) ?? (await verifier.verify(token)));
    return {
      figures: { 'stampede/lookups': { value: Math.max(byVerify, byPeek) } },
      details: { requests: REQUESTS, lookups: { verify: byVerify, 'peek ?? verify': byPeek } },
    };
  },
};

/** Counted by the upstream: the questions that arrived, whatever our own statistics say. */
async function stampede(ask: (verifier: TokenVerifier, token: string) => Promise<Principal>): Promise<number> {
  const tokens = mintTokens(1);
  const upstream = await startUpstream();
  const verifier = createTokenVerifier({ audience: AUDIENCE, endpoints: upstream.origin, timeoutMs: TIMEOUT_MS });
  try {
    const answers = await Promise.all(Array.from({ length: REQUESTS }, () => ask(verifier, tokens.token(0))));
    const subjects = new Set(answers.map(({ subject }) => subject));
    if (subjects.size !== 1) throw new Error('not every request was answered for the same user');
    return (await upstream.done()).requests;
  } finally {
    await verifier.close();
    await upstream.close();
  }
}
