import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { AUDIENCE } from '../filled-verifier.ts';
import type { Credentials } from './contract.ts';

/** An issuer of JWTs, as an app would use it that sends ID tokens to its API. */
export interface Issuer extends Pick<Credentials, 'publicKey' | 'jwksUri' | 'issuer' | 'audience'> {
  /** JWTs that look like Google's ID tokens, each of another user. */
  readonly tokens: readonly string[];
  /** Publishes its keys no longer. */
  close(): void;
}

const ISSUER = 'https://accounts.google.com';

/** Makes an issuer that publishes its key at a loopback URL, and has it issue so many tokens. */
export async function startIssuer(count: number): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const kid = randomBytes(20).toString('hex');
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }] });
  const server = createServer((_, response) => response.setHeader('content-type', 'application/json').end(jwks));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the issuer has no port');

  const issue = (_: unknown, user: number) =>
    new SignJWT(claimsOf(user))
      .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey);
  return {
    publicKey: await exportSPKI(publicKey),
    jwksUri: `http://127.0.0.1:${address.port}/oauth2/v3/certs`,
    issuer: ISSUER,
    audience: AUDIENCE,
    tokens: await Promise.all(Array.from({ length: count }, issue)),
    close: () => void server.close(),
  };
}

/** What an ID token of Google holds besides issuer, audience and times. */
function claimsOf(user: number): Record<string, unknown> {
  return {
    azp: AUDIENCE,
    sub: String(100_000_000_000_000_000_000n + BigInt(user)),
    email: `person.number${user}@example.com`,
    email_verified: true,
    at_hash: randomBytes(16).toString('base64url'),
    name: `Person Number ${user}`,
    picture: `https://lh3.googleusercontent.com/a/${randomBytes(40).toString('base64url')}=s96-c`,
    given_name: 'Person',
    family_name: `Number ${user}`,
  };
}
