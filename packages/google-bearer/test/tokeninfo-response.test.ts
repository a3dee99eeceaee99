import fc from 'fast-check';
import { OAuth2Client } from 'google-auth-library';
import { test } from 'tap';
import { readReply } from '../src/lookup/tokeninfo/response.ts';
import {
  AUDIENCE,
  delegation,
  outages,
  refusals,
  SERVICE_AUDIENCE,
  SUBJECT,
  serviceAccount,
  unsound,
  user,
  withoutIdentity,
} from './fixtures/tokeninfo-bodies.ts';
import { answer, startUpstream } from './fixtures/upstream.ts';

const NOW = Date.parse('2026-01-02T03:04:05Z');

const read = (status: number, body: unknown, retryAfter?: string) =>
  readReply({ status, retryAfter, body: typeof body === 'string' ? body : JSON.stringify(body) }, NOW);

function facts(body: unknown) {
  const result = read(200, body);
  if (result.kind !== 'facts') throw new Error(`expected facts, got ${result.kind}`);
  return result.facts;
}

test('reads a user as Google describes one', (t) => {
  const result = facts(user({ exp: '1565712202' }));
  t.match(result, {
    subject: SUBJECT,
    email: 'abc@gmail.com',
    emailVerified: true,
    audience: AUDIENCE,
    authorizedParty: AUDIENCE,
    expiresAt: 1565712202000,
    accessType: 'online',
  });
  t.same(
    [...result.scopes],
    ['openid', 'https://www.googleapis.com/auth/userinfo.email', 'https://www.googleapis.com/auth/userinfo.profile'],
  );
  t.ok(Object.isFrozen(result));
  t.end();
});

test('takes the string "false" for no', (t) => {
  t.equal(facts(user({ email_verified: 'false' })).emailVerified, false);
  t.equal(facts(user({ email_verified: undefined })).emailVerified, false);
  t.equal(facts(user({ email: undefined })).emailVerified, false, 'nothing is verified without an address');
  t.end();
});

test('reads tokens that name no user', (t) => {
  t.match(facts(withoutIdentity()), { subject: undefined, email: undefined, accessType: 'offline' });
  t.match(facts(serviceAccount()), { subject: undefined, audience: SERVICE_AUDIENCE });
  t.match(facts(delegation()), { subject: undefined, email: 'boss@example.com' });
  t.equal(facts(user({ scope: undefined })).scopes.size, 0);
  t.end();
});

test('leaves members that it does not know alone', (t) => {
  t.equal(facts(user({ hd: 'example.com', future: { a: 1 } })).subject, SUBJECT);
  t.equal(facts(user({ access_type: 'sideways' })).accessType, undefined);
  t.end();
});

for (const { name, status, body } of refusals) {
  test(`takes for a no: ${name}`, (t) => {
    t.same(read(status, body), { kind: 'refused' });
    t.end();
  });
}

for (const { name, status, body } of outages) {
  test(`takes for no answer: ${name} (${status})`, (t) => {
    const result = read(status, body);
    t.equal(result.kind, 'unusable');
    t.end();
  });
}

for (const change of unsound) {
  test(`takes for no answer: a body with ${JSON.stringify(change).slice(0, 60)}`, (t) => {
    t.equal(read(200, user(change)).kind, 'unusable');
    t.end();
  });
}

test('does not read facts from a prototype', (t) => {
  t.equal(read(200, `{"__proto__":${JSON.stringify(user())}}`).kind, 'unusable');
  t.end();
});

const retryAfters = [
  { value: undefined, ms: undefined },
  { value: '0', ms: 0 },
  { value: '7', ms: 7000 },
  { value: 'Fri, 02 Jan 2026 03:04:15 GMT', ms: 10_000 },
  { value: 'Fri, 02 Jan 2026 03:04:00 GMT', ms: 0 },
  { value: 'soon', ms: undefined },
  { value: '-5', ms: undefined },
  { value: '9'.repeat(30), ms: undefined },
];
for (const { value, ms } of retryAfters) {
  test(`reads Retry-After: ${value}`, (t) => {
    const result = read(503, '', value);
    t.equal(result.kind === 'unusable' && result.retryAfterMs, ms);
    t.end();
  });
}

test('asks a second time only where that may help', (t) => {
  const retries = (status: number) => {
    const result = read(status, '{}');
    return result.kind === 'unusable' && result.retry;
  };
  t.same([429, 500, 502, 503, 504].map(retries), [true, true, true, true, true]);
  t.same([204, 301, 302, 403, 404].map(retries), [false, false, false, false, false]);
  t.end();
});

test('any reply is a no, no answer, or sound facts', (t) => {
  const statuses = fc.oneof(fc.constantFrom(200, 400, 401, 403, 429, 500, 503), fc.integer({ min: 100, max: 999 }));
  const member = fc.oneof(fc.string(), fc.constantFrom('true', 'false', '1565712202', AUDIENCE), fc.jsonValue());
  const bodies = fc.oneof(
    fc.string(),
    fc.json(),
    fc.record(
      { aud: member, azp: member, sub: member, scope: member, exp: member, email: member, email_verified: member },
      { requiredKeys: [] },
    ),
    fc.dictionary(fc.constantFrom(...Object.keys(user())), member).map((change) => user(change)),
  );
  fc.assert(
    fc.property(statuses, bodies, fc.option(fc.string(), { nil: undefined }), (status, body, retryAfter) => {
      const result = read(status, body, retryAfter);
      if (result.kind === 'refused') return status === 400 || status === 401;
      if (result.kind === 'unusable') return true;
      const { facts } = result;
      return (
        status === 200 &&
        facts.audience !== '' &&
        facts.authorizedParty !== '' &&
        facts.subject !== '' &&
        typeof facts.emailVerified === 'boolean' &&
        Number.isSafeInteger(facts.expiresAt)
      );
    }),
    { numRuns: 2000 },
  );
  t.end();
});

test('agrees with google-auth-library on every body that both accept', async (t) => {
  const upstream = await startUpstream(t, answer(200, {}));
  const library = new OAuth2Client({ endpoints: { tokenInfoUrl: upstream.url } });
  const bodies = [
    user(),
    withoutIdentity(),
    serviceAccount(),
    delegation(),
    user({ email_verified: 'false' }),
    user({ access_type: 'offline', hd: 'example.com' }),
    user({ scope: '' }),
    ...unsound.map((change) => user(change)),
  ];
  let compared = 0;
  for (const body of bodies) {
    const ours = read(200, body);
    upstream.handler = answer(200, body);
    const theirs = await library.getTokenInfo('ya29.any').catch(() => undefined);
    if (ours.kind !== 'facts' || theirs === undefined) continue;
    compared++;
    t.equal(ours.facts.audience, theirs.aud);
    t.equal(ours.facts.authorizedParty, theirs.azp);
    t.equal(ours.facts.subject, theirs.sub);
    t.equal(ours.facts.email, theirs.email);
    // The library promises a boolean and hands out the string.
    t.equal(String(ours.facts.emailVerified), String(theirs.email_verified ?? false));
    t.equal(ours.facts.accessType, theirs.access_type);
    t.same([...ours.facts.scopes], theirs.scopes.filter(Boolean));
    // It computes the end from `expires_in` and its own clock.
    t.ok(Math.abs(ours.facts.expiresAt - theirs.expiry_date) < 60_000);
  }
  t.equal(compared, 7);
});
