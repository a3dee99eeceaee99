import { createPublicKey } from 'node:crypto';
import { JwtRsaVerifier } from 'aws-jwt-verify';
import { createVerifier, type VerifierOptions } from 'fast-jwt';
import { decodeProtectedHeader, exportJWK, jwtVerify } from 'jose';
import { median } from 'simple-statistics';
import { floor, peek, verify } from '../calls.ts';
import { filledVerifier } from '../filled-verifier.ts';
import { type Contestant, inRounds, onFreshTokens } from '../rounds.ts';
import { type Issuer, startIssuer } from '../servers/id-tokens.ts';
import { medianNs, ratio } from '../statistics.ts';
import type { Size, Suite } from '../suite.ts';
import { HeaderTokens, mintTokens, TOKEN_LENGTH } from '../tokens.ts';

const sizes: Readonly<Record<Size, { readonly tokens: number; readonly rounds: number; readonly warmUp: number }>> = {
  full: { tokens: 5_000, rounds: 150, warmUp: 30 },
  quick: { tokens: 200, rounds: 5, warmUp: 2 },
};

/** Of what takes as long as a signature, a round is not 5 000, or it would take half a second. */
const SIGNATURES = 50;

export const suite: Suite = {
  title: 'A cached token, in one process',
  async run(size, say) {
    const { tokens: count, rounds, warmUp } = sizes[size];
    say(`signing ${count} JWTs`);
    const issuer = await startIssuer(count);
    issuer.close();
    const contestants = { ...(await ours(count)), ...(await others(issuer)) };
    say(`${rounds} rounds of ${Object.keys(contestants).length} contestants`);
    const times = await inRounds(contestants, { rounds, warmUp });
    const against = (one: string, other: string) => ratio(times[one] ?? [], times[other] ?? []);
    return {
      figures: {
        'peek/floor': against('peek', 'floor'),
        'verify/floor': against('verify', 'floor'),
        'fast-jwt/peek': against('fast-jwt', 'peek'),
        'fast-jwt/verify': against('fast-jwt', 'verify'),
        'aws-jwt-verify/peek': against('aws-jwt-verify', 'peek'),
        'aws-jwt-verify/verify': against('aws-jwt-verify', 'verify'),
        'fast-jwt, raw keys/peek': against('fast-jwt, raw keys', 'peek'),
        'fast-jwt, raw keys/verify': against('fast-jwt, raw keys', 'verify'),
        'jose/peek': against('jose', 'peek'),
        'jose/verify': against('jose', 'verify'),
        'jose, at once/peek': against('jose, at once', 'peek'),
        'jose, at once/verify': against('jose, at once', 'verify'),
      },
      details: {
        tokens: count,
        tokenLength: TOKEN_LENGTH,
        jwtLength: median(issuer.tokens.map(({ length }) => length)),
        ns: medianNs(times),
      },
    };
  },
};

/** The floor, and what stands on it. */
async function ours(count: number): Promise<Record<string, Contestant>> {
  const tokens = mintTokens(count);
  const verifier = await filledVerifier(tokens);
  return {
    floor: floor(tokens, count),
    peek: peek(verifier, tokens, count),
    'peek, one scope': peek(verifier, tokens, count, { scopes: ['email'] }),
    verify: verify(verifier, tokens, count),
  };
}

/** JWTs of as many users, checked for issuer and audience by each; the keys are at hand. */
async function others({ publicKey, issuer, audience, tokens: jwts }: Issuer): Promise<Record<string, Contestant>> {
  const key = createPublicKey(publicKey);
  const tokens = new HeaderTokens(jwts);
  const fastJwt = (options: Pick<VerifierOptions, 'cacheKeyBuilder'>): Contestant => {
    const verify = createVerifier({
      key: publicKey,
      algorithms: ['RS256'],
      allowedIss: issuer,
      allowedAud: audience,
      // Room for all.
      cache: jwts.length,
      ...options,
    });
    for (const jwt of jwts) verify(jwt);
    return onFreshTokens(tokens, jwts.length, (fresh) => {
      for (const token of fresh) verify(token);
    });
  };
  const aws = JwtRsaVerifier.create({ issuer, audience });
  const { kty = '', n = '', e = '' } = await exportJWK(key);
  const { kid = '' } = decodeProtectedHeader(jwts[0] ?? '');
  aws.cacheJwks({ keys: [{ kty, n, e, kid, alg: 'RS256', use: 'sig' }] });
  const joseVerify = (token: string) => jwtVerify(token, key, { issuer, audience, algorithms: ['RS256'] });
  return {
    // Its keys are hashes then, as ours are.
    'fast-jwt': fastJwt({}),
    // What its documentation advises to whom speed is worth more than what a leaked memory would tell.
    'fast-jwt, raw keys': fastJwt({ cacheKeyBuilder: (token) => token }),
    'aws-jwt-verify': onFreshTokens(tokens, SIGNATURES, (fresh) => {
      for (const token of fresh) aws.verifySync(token);
    }),
    jose: onFreshTokens(tokens, SIGNATURES, async (fresh) => {
      for (const token of fresh) await joseVerify(token);
    }),
    // It verifies on other threads, as many at a time as there are cores: awaited one by one, it is mostly the way there.
    'jose, at once': onFreshTokens(tokens, SIGNATURES, (fresh) => Promise.all(fresh.map(joseVerify))),
  };
}
