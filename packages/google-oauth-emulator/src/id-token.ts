import { createHash } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { SigningKeys } from './keys.ts';
import { PORTRAIT_PATH } from './pages/paths.ts';
import type { User } from './people.ts';
import { EMAIL_SCOPE, PROFILE_SCOPE } from './scopes.ts';

const LIFETIME_S = 3600;

export interface IdTokenFacts {
  readonly issuer: string;
  readonly clientId: string;
  readonly user: User;
  readonly scopes: readonly string[];
  readonly accessToken: string;
  readonly nonce?: string | undefined;
  readonly nowMs: number;
}

/** What the scopes let an app learn about a person; the same words in ID tokens and at userinfo. */
export function profileClaims(user: User, scopes: readonly string[], issuer: string): Record<string, unknown> {
  return {
    ...(scopes.includes(PROFILE_SCOPE) && {
      name: user.name,
      given_name: user.givenName,
      ...(user.familyName !== undefined && { family_name: user.familyName }),
      picture: user.picture ?? `${issuer}${PORTRAIT_PATH}?user=${encodeURIComponent(user.sub)}`,
    }),
    ...(scopes.includes(EMAIL_SCOPE) && { email: user.email, email_verified: user.emailVerified }),
    ...(user.hd !== undefined && { hd: user.hd }),
  };
}

/** Signs an ID token: OpenID Connect Core 1.0, section 2; one hour, as Google's. */
export async function signIdToken(facts: IdTokenFacts, keys: SigningKeys): Promise<string> {
  const { issuer, clientId, user } = facts;
  const issuedAt = Math.floor(facts.nowMs / 1000);
  const claims = {
    iss: issuer,
    azp: clientId,
    aud: clientId,
    sub: user.sub,
    ...profileClaims(user, facts.scopes, issuer),
    at_hash: createHash('sha256').update(facts.accessToken).digest().subarray(0, 16).toString('base64url'),
    ...(facts.nonce !== undefined && { nonce: facts.nonce }),
    iat: issuedAt,
    exp: issuedAt + LIFETIME_S,
  };
  const { kid, privateKey } = await keys.current();
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' }).sign(privateKey);
}

/** The claims and header of an ID token that this emulator signed and that has not expired; otherwise undefined. */
export async function readIdToken(
  value: string,
  issuer: string,
  keys: SigningKeys,
  nowMs: number,
): Promise<JWTPayload | undefined> {
  try {
    const { payload, protectedHeader } = await jwtVerify(value, async () => (await keys.current()).publicKey, {
      issuer,
      algorithms: ['RS256'],
      currentDate: new Date(nowMs),
    });
    const { alg, kid, typ } = protectedHeader;
    return { ...payload, alg, kid, typ };
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}
