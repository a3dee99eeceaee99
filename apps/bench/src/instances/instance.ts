/** One instance of an API, in a process of its own: `node instance.js REDIS_URL TOKENINFO_BASE_URL`. Does what its parent asks. */
import { hash } from 'node:crypto';
import { createTokenVerifier, TokenRefusedError } from 'google-bearer';
import { redisRevocationLog, redisTokenCache } from 'google-bearer-redis';
import { AUDIENCE } from '../filled-verifier.ts';
import { isRequest, monotonicMs, type Request } from './instance-process.ts';

/** So many requests with new tokens are under way at once. */
const AT_ONCE = 32;

/** How busy the machine is must not decide whether tokens are accepted: there are more instances than cores. */
const PATIENT = { timeoutMs: 60_000, maxStalenessMs: 60_000 } as const;

const [redisUrl = '', endpoints = ''] = process.argv.slice(2);
const log = redisRevocationLog({ url: redisUrl, durability: 'memory' });
const refusals = new Map<string, PromiseWithResolvers<number>>();
const verifier = createTokenVerifier({
  audience: AUDIENCE,
  endpoints,
  ...PATIENT,
  revocationLog: {
    append: (entry) => log.append(entry),
    follow: (follower) =>
      log.follow({
        ...follower,
        entry(entry) {
          follower.entry(entry);
          if (entry.type === 'token') refusal(entry.tokenSha256).resolve(monotonicMs());
        },
      }),
  },
});
await verifier.ready();
process.on('message', async (request) => {
  if (!isRequest(request)) return;
  try {
    process.send?.(await answer(request));
  } catch (error) {
    // The parent says it, together with what it was waiting for.
    process.send?.(error instanceof Error ? error.message : String(error));
  }
});
// A parent that was killed cannot say good-bye.
process.once('disconnect', () => process.exit());
process.send?.(0);

/** Every answer is a number; what is sent instead when something fails is a text that says what. */
async function answer(request: Request): Promise<number> {
  switch (request.do) {
    case 'learn':
      return learn(request.tokens, request.shareUnder);
    case 'revoke':
      await verifier.revokeToken(request.token);
      return monotonicMs();
    case 'refuse':
      return refusedSince(request.token);
  }
}

/** Sees tokens for the first time. */
async function learn(tokens: readonly string[], prefix: string | undefined): Promise<number> {
  const sharedCache = prefix === undefined ? undefined : redisTokenCache({ url: redisUrl, prefix });
  await sharedCache?.connect();
  const newcomer = createTokenVerifier({
    audience: AUDIENCE,
    endpoints,
    ...PATIENT,
    ...(sharedCache && { sharedCache }),
  });
  for (let first = 0; first < tokens.length; first += AT_ONCE) {
    await Promise.all(tokens.slice(first, first + AT_ONCE).map((token) => newcomer.verify(token)));
  }
  const { entries } = newcomer.stats().cache;
  await newcomer.close();
  await sharedCache?.close();
  return entries;
}

/** Since when a token has been refused here, which it is waited for. */
async function refusedSince(token: string): Promise<number> {
  const since = await refusal(hash('sha256', token, 'hex')).promise;
  try {
    verifier.peek(token);
  } catch (error) {
    if (error instanceof TokenRefusedError && error.code === 'ERR_TOKEN_REVOKED') return since;
  }
  throw new Error('a revoked token was not refused');
}

function refusal(tokenSha256: string): PromiseWithResolvers<number> {
  const known = refusals.get(tokenSha256) ?? Promise.withResolvers();
  refusals.set(tokenSha256, known);
  return known;
}
