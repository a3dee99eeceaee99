import type { Principal } from '../principal.ts';

/** The user of a token in a test. You may pass a whole {@link Principal} too. */
export interface FakePrincipal {
  /** Google's stable id of the user (`sub`). */
  readonly subject: string;
  /** Default: none. */
  readonly email?: string | undefined;
  /** Default: true when there is an {@link email}. */
  readonly emailVerified?: boolean | undefined;
  /** Default: {@link FAKE_CLIENT_ID}. With another one the token is refused: `ERR_TOKEN_AUDIENCE`. */
  readonly audience?: string | undefined;
  /** Default: {@link audience}. */
  readonly authorizedParty?: string | undefined;
  /** Short or long names. Default: `openid`, `email` and `profile`. */
  readonly scopes?: Iterable<string> | undefined;
  /** When the token expires, in ms since the epoch, to the second. A past time: `ERR_TOKEN_EXPIRED`. Default: in an hour. */
  readonly expiresAt?: number | undefined;
  /** Default: `online`. */
  readonly accessType?: Principal['accessType'];
}

/** The client id that a fake verifier accepts. */
export const FAKE_CLIENT_ID = 'fake-client.apps.googleusercontent.com';

const MEMBERS: ReadonlySet<string> = new Set<keyof FakePrincipal>([
  'subject',
  'email',
  'emailVerified',
  'audience',
  'authorizedParty',
  'scopes',
  'expiresAt',
  'accessType',
]);

/** What tokeninfo says about such a token; every value is a string, as Google's are. */
export type FakeTokeninfo = Readonly<Record<string, string>>;

/**
 * @param name what errors call it
 * @param now ms since the epoch
 * @throws {TypeError} naming the member that is wrong
 */
export function fakeTokeninfo(principal: FakePrincipal, name: string, now: number): FakeTokeninfo {
  const wrong = (what: string) => new TypeError(`fakeVerifier: principals: ${name}: ${what}`);
  if (typeof principal !== 'object' || principal === null) throw wrong('expected an object with subject');
  for (const member of Object.keys(principal)) if (!MEMBERS.has(member)) throw wrong(`there is no ${member}`);
  const { subject, email, emailVerified = true, audience = FAKE_CLIENT_ID, authorizedParty = audience } = principal;
  const { scopes = ['openid', 'email', 'profile'], expiresAt = now + 3_600_000, accessType = 'online' } = principal;
  const texts = { subject, audience, authorizedParty, ...(email !== undefined && { email }) };
  for (const [member, value] of Object.entries(texts)) {
    if (typeof value !== 'string' || value === '') throw wrong(`${member}: expected a text`);
  }
  if (typeof emailVerified !== 'boolean') throw wrong('emailVerified: expected true or false');
  if (typeof scopes !== 'object' || scopes === null || !(Symbol.iterator in scopes)) {
    throw wrong('scopes: expected a list of names');
  }
  const names: readonly unknown[] = [...scopes];
  if (!names.every((scope) => typeof scope === 'string' && /^\S+$/.test(scope))) {
    throw wrong('scopes: expected names without blanks');
  }
  if (!Number.isSafeInteger(expiresAt) || expiresAt < 0) throw wrong('expiresAt: expected ms since the epoch');
  if (accessType !== 'online' && accessType !== 'offline') throw wrong("accessType: expected 'online' or 'offline'");
  return {
    sub: subject,
    aud: audience,
    azp: authorizedParty,
    scope: names.join(' '),
    exp: String(Math.floor(expiresAt / 1000)),
    access_type: accessType,
    ...(email !== undefined && { email, email_verified: String(emailVerified) }),
  };
}
