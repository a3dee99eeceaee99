import { test } from 'tap';
import { createTokenVerifier, TokenRefusedError, type TokenVerifierOptions, type VerifyOptions } from '../src/index.ts';
import { judgeToken, policyOf } from '../src/judging/judge.ts';
import {
  AUDIENCE,
  delegation,
  expiresInS,
  SERVICE_AUDIENCE,
  SUBJECT,
  serviceAccount,
  user,
  withoutIdentity,
} from './fixtures/tokeninfo-bodies.ts';
import { answer, startUpstream } from './fixtures/upstream.ts';
import { setUp } from './fixtures/verifier.ts';

const OTHER = '998877.apps.googleusercontent.com';
const EMAIL = 'https://www.googleapis.com/auth/userinfo.email';
const CALENDAR = 'https://www.googleapis.com/auth/calendar.readonly';

const cases: {
  name: string;
  body: Record<string, unknown>;
  options?: Partial<TokenVerifierOptions>;
  need?: VerifyOptions;
  code?: string;
}[] = [
  { name: 'a good token', body: user() },
  { name: 'a token for another application', body: user({ aud: OTHER, azp: OTHER }), code: 'ERR_TOKEN_AUDIENCE' },
  { name: 'a token presented by another application', body: user({ azp: OTHER }), code: 'ERR_TOKEN_AUDIENCE' },
  {
    name: 'an audience that only starts like ours',
    body: user({ aud: `${AUDIENCE}.evil` }),
    code: 'ERR_TOKEN_AUDIENCE',
  },
  {
    name: 'one of several audiences',
    body: user({ aud: OTHER, azp: OTHER }),
    options: { audience: [AUDIENCE, OTHER] },
  },
  { name: 'an authorized party that is allowed', body: user({ azp: OTHER }), options: { authorizedParties: [OTHER] } },
  {
    name: 'our own party once others are named instead',
    body: user(),
    options: { authorizedParties: [OTHER] },
    code: 'ERR_TOKEN_AUDIENCE',
  },
  { name: 'a token without identity scopes', body: withoutIdentity(), code: 'ERR_TOKEN_SUBJECT' },
  {
    name: 'a service account',
    body: serviceAccount(),
    options: { audience: SERVICE_AUDIENCE },
    code: 'ERR_TOKEN_SUBJECT',
  },
  {
    name: 'an impersonated user',
    body: delegation(),
    options: { audience: SERVICE_AUDIENCE },
    code: 'ERR_TOKEN_SUBJECT',
  },
  {
    name: 'a service account where they are allowed',
    body: serviceAccount(),
    options: { audience: SERVICE_AUDIENCE, allowServiceAccounts: true },
  },
  {
    name: 'a service account of somebody else where ours are allowed',
    body: serviceAccount(),
    options: { allowServiceAccounts: true },
    code: 'ERR_TOKEN_AUDIENCE',
  },
  {
    name: 'a user token without identity where service accounts are allowed',
    body: withoutIdentity(),
    options: { allowServiceAccounts: true },
    code: 'ERR_TOKEN_SUBJECT',
  },
  {
    name: 'a client id that only ends like the number of a service account',
    body: { ...withoutIdentity(), aud: 'client-123', azp: 'client-123' },
    options: { audience: 'client-123', allowServiceAccounts: true },
    code: 'ERR_TOKEN_SUBJECT',
  },
  {
    name: 'a token without a user that another party presents, although its audience is a number',
    body: { ...withoutIdentity(), aud: SERVICE_AUDIENCE, azp: OTHER },
    options: { audience: SERVICE_AUDIENCE, authorizedParties: [OTHER], allowServiceAccounts: true },
    code: 'ERR_TOKEN_SUBJECT',
  },
  { name: 'a token that has ended', body: user({ exp: expiresInS(-1) }), code: 'ERR_TOKEN_EXPIRED' },
  { name: 'a short scope name for a long one', body: user(), need: { scopes: ['email', 'profile', 'openid'] } },
  { name: 'a long scope name', body: user(), need: { scopes: [EMAIL] } },
  { name: 'a short scope name that Google did not expand', body: user({ scope: 'email' }), need: { scopes: [EMAIL] } },
  { name: 'a missing scope', body: user(), need: { scopes: ['email', CALENDAR] }, code: 'ERR_TOKEN_SCOPE' },
  {
    name: 'a scope that is part of another',
    body: user({ scope: `${CALENDAR}.x` }),
    need: { scopes: [CALENDAR] },
    code: 'ERR_TOKEN_SCOPE',
  },
  { name: 'any of two scopes', body: user(), need: { anyScope: [CALENDAR, 'email'] } },
  { name: 'neither of two scopes', body: user(), need: { anyScope: [CALENDAR, 'drive'] }, code: 'ERR_TOKEN_SCOPE' },
  { name: 'any of no scopes', body: user(), need: { anyScope: [] }, code: 'ERR_TOKEN_SCOPE' },
  { name: 'no scopes needed', body: user({ scope: '' }), need: { scopes: [] } },
];
for (const { name, body, options = {}, need = {}, code } of cases) {
  test(`${code ?? 'accepts'}: ${name}`, async (t) => {
    const upstream = await startUpstream(t, answer(200, body));
    await using verifier = createTokenVerifier({ audience: AUDIENCE, endpoints: upstream.url, ...options });
    if (code === undefined) {
      const principal = await verifier.verify('ya29.a', need);
      t.equal(principal.audience, body.aud);
      t.equal(verifier.peek('ya29.a', need), principal, 'memory gives the same answer');
    } else {
      await t.rejects(verifier.verify('ya29.a', need), { code });
      t.throws(() => verifier.peek('ya29.a', need), { code }, 'memory gives the same answer');
      await t.rejects(verifier.verify('ya29.a', need), { code });
      t.equal(upstream.seen.length, 1, 'without asking again');
    }
  });
}

for (const { claim, body, options, expected, actual = OTHER } of [
  { claim: 'aud', body: user({ aud: OTHER, azp: OTHER }), options: {}, expected: [AUDIENCE] },
  { claim: 'azp', body: user({ azp: OTHER }), options: {}, expected: [AUDIENCE] },
  { claim: 'azp', body: user({ azp: OTHER }), options: { authorizedParties: ['b', 'c'] }, expected: ['b', 'c'] },
  { claim: 'aud', body: serviceAccount(), options: {}, expected: [AUDIENCE], actual: '(a service account)' },
]) {
  test(`a foreign ${claim} is told to the developer, with what ${expected.join(' and ')} would have been`, async (t) => {
    const upstream = await startUpstream(t, answer(200, body));
    await using verifier = createTokenVerifier({ audience: AUDIENCE, endpoints: upstream.url, ...options });
    const error = await verifier.verify('ya29.a').catch((reason: unknown) => reason);
    t.ok(error instanceof TokenRefusedError);
    if (!(error instanceof TokenRefusedError)) return;
    t.strictSame(error.audience, { claim, expected, actual });
    t.equal(error.challenge.scope, undefined);
  });
}

test('a token is good until its end, and not at its end', async (t) => {
  const { verifier } = await setUp(t);
  const { expiresAt, ...facts } = await verifier.verify('ya29.a');
  const policy = policyOf({
    audience: new Set([AUDIENCE]),
    authorizedParties: new Set([AUDIENCE]),
    allowServiceAccounts: false,
  });
  const at = (now: number): void => judgeToken({ ...facts, expiresAt }, policy, now);
  t.doesNotThrow(() => at(expiresAt - 1));
  t.throws(() => at(expiresAt), { code: 'ERR_TOKEN_EXPIRED' });
});

test('the principal says all, and cannot be changed', async (t) => {
  const { verifier } = await setUp(t);
  const principal = await verifier.verify('ya29.a');
  t.match(principal, { subject: SUBJECT, email: 'abc@gmail.com', emailVerified: true, accessType: 'online' });
  t.equal(Object.getPrototypeOf(principal), Object.prototype, 'it prints like a literal, and equals one');
  t.ok(principal.expiresAt > Date.now());
  t.ok(principal.scopes.has('email') && principal.scopes.has(EMAIL));
  t.notOk(principal.scopes.has(CALENDAR));
  t.throws(() => Object.assign(principal, { subject: 'other' }));
  const scopes = principal.scopes as Set<string>;
  t.throws(() => scopes.add(CALENDAR), TypeError);
  t.throws(() => scopes.delete('openid'), TypeError);
  t.throws(() => scopes.clear(), TypeError);
  await t.rejects(verifier.verify('ya29.a', { scopes: [CALENDAR] }), { code: 'ERR_TOKEN_SCOPE' });
});

test('facts are remembered, verdicts are not', async (t) => {
  const { verifier, upstream } = await setUp(t);
  await t.rejects(verifier.verify('ya29.a', { scopes: [CALENDAR] }), { code: 'ERR_TOKEN_SCOPE', statusCode: 403 });
  t.match(await verifier.verify('ya29.a', { scopes: ['email'] }), { subject: SUBJECT });
  await t.rejects(verifier.verify('ya29.a', { scopes: [CALENDAR] }), { code: 'ERR_TOKEN_SCOPE' });
  t.equal(upstream.seen.length, 1);
});

test('a scope refusal says what is needed, in the words of the route', async (t) => {
  const { verifier } = await setUp(t);
  const error = await verifier.verify('ya29.a', { scopes: ['email', CALENDAR] }).catch((error: unknown) => error);
  t.ok(error instanceof TokenRefusedError);
  t.match(error, { challenge: { error: 'insufficient_scope', scope: `email ${CALENDAR}` } });
});
