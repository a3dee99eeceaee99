import { createPublicKey } from 'node:crypto';
import { JwtRsaVerifier } from 'aws-jwt-verify';
import { createVerifier } from 'fast-jwt';
import { decodeProtectedHeader, exportJWK, jwtVerify } from 'jose';
import { floor, peek, verify } from '../calls.ts';
import { fillableVerifier } from '../filled-verifier.ts';
import { type Contestant, inRounds, onFreshTokens } from '../rounds.ts';
import { startIssuer } from '../servers/id-tokens.ts';
import { median, ratio } from '../statistics.ts';
import type { Size, Suite } from '../suite.ts';
import { HeaderTokens, mintTokens, TOKEN_LENGTH } from '../tokens.ts';

const sizes: Readonly<Record<Size, { readonly tokens: number; readonly rounds: number; readonly warmUp: number }>> = {
  full: { tokens: 5_000, rounds: 200, warmUp: 50 },
  quick: { tokens: 200, rounds: 5, warmUp: 2 },
};

/** Of what takes as long as a signature, a round is not 5 000, or it would take half a second. */
const SIGNATURES = 50;

export const suite: Suite = {
  title: 'A cached token, in one process',
  async run(size, say) {
    const { tokens: count, rounds, warmUp } = sizes[size];
    const contestants = { ...(await ours(count)), ...(await others(count, say)) };
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
        'jose/peek': against('jose', 'peek'),
        'jose/verify': against('jose', 'verify'),
      },
      details: {
        tokens: count,
        tokenLength: TOKEN_LENGTH,
        ns: Object.fromEntries(Object.entries(times).map(([name, took]) => [name, Math.round(median(took))])),
      },
    };
  },
};

/** The floor, and what stands on it. */
async function ours(count: number): Promise<Record<string, Contestant>> {
  const tokens = mintTokens(count);
  const { verifier, fill } = await fillableVerifier();
  await fill(tokens);
  return {
    floor: floor(tokens, count),
    peek: peek(verifier, tokens, count),
    'peek, one scope': peek(verifier, tokens, count, { scopes: ['email'] }),
    verify: verify(verifier, tokens, count),
  };
}

/** JWTs of as many users, checked for issuer and audience by each; the keys are at hand. */
async function others(count: number, say: (what: string) => void): Promise<Record<string, Contestant>> {
  say(`signing ${count} JWTs`);
  const { publicKey, issuer, audience, tokens: jwts, close } = await startIssuer(count);
  close();
  const key = createPublicKey(publicKey);
  const tokens = new HeaderTokens(jwts);
  const fastJwt = createVerifier({
    key: publicKey,
    algorithms: ['RS256'],
    allowedIss: issuer,
    allowedAud: audience,
    // Room for all, and keys that are hashes: that is its default, and keeps no raw tokens either.
    cache: count,
  });
  const aws = JwtRsaVerifier.create({ issuer, audience });
  const { kty = '', n = '', e = '' } = await exportJWK(key);
  const { kid = '' } = decodeProtectedHeader(jwts[0] ?? '');
  aws.cacheJwks({ keys: [{ kty, n, e, kid, alg: 'RS256', use: 'sig' }] });
  for (const jwt of jwts) fastJwt(jwt);
  return {
    'fast-jwt': onFreshTokens(tokens, count, (fresh) => {
      for (const token of fresh) fastJwt(token);
    }),
    'aws-jwt-verify': onFreshTokens(tokens, SIGNATURES, (fresh) => {
      for (const token of fresh) aws.verifySync(token);
    }),
    jose: onFreshTokens(tokens, SIGNATURES, async (fresh) => {
      for (const token of fresh) await jwtVerify(token, key, { issuer, audience, algorithms: ['RS256'] });
    }),
  };
}
