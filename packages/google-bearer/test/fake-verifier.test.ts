import { eventually } from '@google-bearer/test-kit/eventually';
import { fakeVerifier } from 'google-bearer/testing';
import { type Test, test } from 'tap';
import type { GoogleBearerErrorCode, TokenVerifier } from '../src/index.ts';

const HOUR_MS = 3_600_000;
const CALENDAR = 'https://www.googleapis.com/auth/calendar.readonly';

function fake(t: Test, principals: Parameters<typeof fakeVerifier>[0]['principals']): TokenVerifier {
  const verifier = fakeVerifier({ principals });
  t.teardown(() => verifier.close());
  return verifier;
}

const refuses = (t: Test, verifying: Promise<unknown>, code: GoogleBearerErrorCode) => t.rejects(verifying, { code });

test('a token speaks for its principal, and unknown tokens are refused', async (t) => {
  const before = Date.now();
  const verifier = fake(t, { 'ada-token': { subject: '1', email: 'ada@example.com' }, bob: { subject: '2' } });
  const ada = await verifier.verify('ada-token', { scopes: ['email', 'profile'] });
  t.match(ada, { subject: '1', email: 'ada@example.com', emailVerified: true, accessType: 'online' });
  t.equal(ada.audience, ada.authorizedParty);
  t.ok(ada.expiresAt > before + HOUR_MS - 2_000 && ada.expiresAt <= Date.now() + HOUR_MS);
  t.match(await verifier.verify('bob'), { subject: '2', email: undefined, emailVerified: false });
  await refuses(t, verifier.verify('carol'), 'ERR_TOKEN_INVALID');
  await refuses(t, verifier.verify('toString'), 'ERR_TOKEN_INVALID');
});

test('it judges as the real one does', async (t) => {
  const verifier = fake(t, {
    narrow: { subject: '1', scopes: ['openid'] },
    wide: { subject: '1', scopes: new Set(['email', CALENDAR]) },
    old: { subject: '1', expiresAt: Date.now() - HOUR_MS },
    foreign: { subject: '1', audience: 'other.apps.googleusercontent.com' },
    unverified: { subject: '1', email: 'una@example.net', emailVerified: false },
  });
  await refuses(t, verifier.verify('narrow', { scopes: ['email'] }), 'ERR_TOKEN_SCOPE');
  t.match(await verifier.verify('wide', { scopes: ['email', CALENDAR] }), { subject: '1' });
  await refuses(t, verifier.verify('old'), 'ERR_TOKEN_EXPIRED');
  await refuses(t, verifier.verify('foreign'), 'ERR_TOKEN_AUDIENCE');
  t.equal((await verifier.verify('unverified')).emailVerified, false);
  await refuses(t, verifier.verify('not a token'), 'ERR_TOKEN_MALFORMED');
});

test('it revokes as the real one does, and each for itself', async (t) => {
  const principals = { one: { subject: '1' }, two: { subject: '1' }, three: { subject: '3' } };
  const verifier = fake(t, principals);
  const other = fake(t, principals);
  await verifier.revokeToken('one');
  await refuses(t, verifier.verify('one'), 'ERR_TOKEN_REVOKED');
  t.match(await verifier.verify('two'), { subject: '1' });
  await verifier.revokeSubject('1');
  await refuses(t, verifier.verify('two'), 'ERR_TOKEN_REVOKED');
  await verifier.verify('three');
  await verifier.revokeGrant('three');
  await refuses(t, verifier.verify('three'), 'ERR_TOKEN_REVOKED');
  for (const token of Object.keys(principals)) t.ok(await other.verify(token));
});

test('it tells whom a revocation ends, as the real one does', async (t) => {
  const verifier = fake(t, { one: { subject: '1' }, two: { subject: '2' } });
  const told: string[] = [];
  for (const token of ['one', 'two']) {
    verifier.onRevoked(await verifier.verify(token), ({ code }) => told.push(`${token} ${code}`));
  }
  await verifier.blockSubject('1');
  await eventually('the first is told', () => told.length === 1);
  await verifier.close();
  t.strictSame(told, ['one ERR_TOKEN_REVOKED', 'two ERR_REVOCATIONS_STALE']);
});

test('a principal that was verified can be handed on', async (t) => {
  const first = await fake(t, { token: { subject: '1', email: 'ada@example.com' } }).verify('token');
  t.same(await fake(t, { token: first }).verify('token'), first);
});

test('mistakes are TypeErrors that say what is wrong', async (t) => {
  const wrong: readonly [unknown, RegExp][] = [
    [undefined, /expected \{ principals \}/],
    [{}, /principals: expected an object/],
    [{ principals: {}, audience: 'x' }, /there is no audience/],
    [{ principals: { 'two words': { subject: '1' } } }, /two words: not the form of an access token/],
    [{ principals: { token: { sub: '1' } } }, /token: there is no sub/],
    [{ principals: { token: {} } }, /token: subject: expected a text/],
    [{ principals: { token: { subject: 1 } } }, /token: subject/],
    [{ principals: { token: { subject: '1', email: '' } } }, /token: email/],
    [{ principals: { token: { subject: '1', emailVerified: 'false' } } }, /token: emailVerified/],
    [{ principals: { token: { subject: '1', scopes: 'email' } } }, /token: scopes/],
    [{ principals: { token: { subject: '1', scopes: ['email profile'] } } }, /token: scopes/],
    [{ principals: { token: { subject: '1', expiresAt: Number.NaN } } }, /token: expiresAt/],
    [{ principals: { token: null } }, /token: expected an object/],
  ];
  for (const [options, message] of wrong)
    t.throws(() => Reflect.apply(fakeVerifier, undefined, [options]), { name: 'TypeError', message });
});

test('types: what is misspelt or missing does not compile', (t) => {
  // @ts-expect-error a principal has a subject
  t.throws(() => fakeVerifier({ principals: { token: { email: 'ada@example.com' } } }));
  // @ts-expect-error tokens have principals, not scopes
  t.throws(() => fakeVerifier({ principals: { token: ['email'] } }));
  t.end();
});
