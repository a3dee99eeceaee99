import { startGoogleEmulator } from 'google-oauth-emulator';
import { type Test, test } from 'tap';
import { createTokenVerifier, type TokenVerifierOptions } from '../src/index.ts';

/** A verifier against a whole local Google. */
async function setUp(t: Test, options: Partial<Omit<TokenVerifierOptions, 'allowServiceAccounts'>> = {}) {
  const google = await startGoogleEmulator();
  t.teardown(() => google.close());
  const audience = google.clients.map(({ id }) => id);
  const verifier = createTokenVerifier({ audience, endpoints: google.url, ...options });
  t.teardown(() => verifier.close());
  return { google, verifier };
}

test('a token from Google is good until it is revoked here, and its sibling stays good', async (t) => {
  const { google, verifier } = await setUp(t);
  const [leaked, other] = [google.mintToken(), google.mintToken()];
  const principal = await verifier.verify(leaked, { scopes: ['email'] });
  t.equal(principal.subject, google.users[0]?.sub);
  t.equal(principal.email, google.users[0]?.email);
  t.equal(principal.emailVerified, true);
  await verifier.revokeToken(leaked);
  await t.rejects(verifier.verify(leaked), { code: 'ERR_TOKEN_REVOKED' });
  t.ok(await verifier.verify(other));
});

test('1 000 concurrent first requests with one token are one request at Google', async (t) => {
  const { google, verifier } = await setUp(t);
  const token = google.mintToken();
  await Promise.all(Array.from({ length: 1000 }, () => verifier.verify(token)));
  t.equal(google.calls.count('/tokeninfo'), 1);
  t.match(google.calls, [{ method: 'POST', path: '/tokeninfo', tokenForm: 'header', status: 200 }]);
});

test('a revocation that arrives while Google is thinking wins', async (t) => {
  const { google, verifier } = await setUp(t);
  // Google answers at once that the token is good; the answer takes its time to arrive.
  google.faults.set({ path: '/tokeninfo', kind: 'latency', ms: 300 });
  const token = google.mintToken();
  const calls = Promise.allSettled(Array.from({ length: 10 }, () => verifier.verify(token)));
  await verifier.revokeToken(token);
  for (const outcome of await calls) t.match(outcome, { reason: { code: 'ERR_TOKEN_REVOKED' } });
});

test('a grant ended through us is over at Google too', async (t) => {
  const { google, verifier } = await setUp(t);
  const [token, other] = [google.mintToken(), google.mintToken()];
  await verifier.verify(other);
  await verifier.revokeGrant(token);
  t.equal(google.calls.count('/revoke'), 1);
  for (const dead of [token, other]) {
    const reply = await fetch(`${google.url}/tokeninfo`, {
      method: 'POST',
      headers: { authorization: `Bearer ${dead}` },
    });
    t.equal(reply.status, 400);
    await t.rejects(verifier.verify(dead), { code: 'ERR_TOKEN_REVOKED' });
  }
});

test('every way in which Google can fail is an outage, and none is remembered', async (t) => {
  const { google, verifier } = await setUp(t, { timeoutMs: 3000 });
  const faults = [
    { kind: 'hang' },
    { kind: 'latency', ms: 6000 },
    { kind: 'reset' },
    { kind: 'status', status: 429, headers: { 'retry-after': '0' } },
    { kind: 'status', status: 503 },
    { kind: 'html' },
    { kind: 'html', status: 400 },
    { kind: 'truncated' },
    { kind: 'redirect', location: 'http://127.0.0.1:9/' },
  ] as const;
  for (const fault of faults) {
    const token = google.mintToken();
    google.faults.set({ path: '/tokeninfo', ...fault });
    await t.rejects(verifier.verify(token), { code: 'ERR_TOKENINFO_UNAVAILABLE', statusCode: 503 }, fault.kind);
    google.faults.clear();
    t.ok(await verifier.verify(token), `${fault.kind} is over`);
  }
});

test('dead tokens of every kind are refused as bad, not as an outage', async (t) => {
  const { google, verifier } = await setUp(t);
  const expired = google.mintToken({ lifetimeS: 1 });
  google.clock.advance(2000);
  for (const token of [expired, 'ya29.never-issued', 'x']) {
    await t.rejects(verifier.verify(token), { code: 'ERR_TOKEN_INVALID', statusCode: 401 });
  }
  for (const kind of ['service-account', 'delegation'] as const) {
    await t.rejects(verifier.verify(google.mintToken({ kind })), { code: 'ERR_TOKEN_AUDIENCE' });
  }
  await t.rejects(verifier.verify(google.mintToken({ scopes: ['https://www.googleapis.com/auth/drive'] })), {
    code: 'ERR_TOKEN_SUBJECT',
  });
});

test('a token that memory does not know is refused for as long as it can live by Google’s clock', async (t) => {
  const { google, verifier } = await setUp(t);
  google.clock.advance(600_000);
  await verifier.verify(google.mintToken());
  const before = Date.now();
  await verifier.revokeToken('ya29.unknown');
  const [entry] = verifier.revocations();
  if (entry?.type !== 'token') throw new Error('no entry');
  // Google's figures are whole seconds.
  t.ok(entry.expiresAt >= before + 600_000 - 2000 + 3_600_000);
});

test('signing a user out takes Google’s clock for the time, when that is ahead of ours', async (t) => {
  const { google, verifier } = await setUp(t);
  google.clock.advance(10_000);
  const before = google.mintToken();
  await verifier.verify(before);
  const refreshed = google.mintToken();
  await verifier.revokeSubject(google.users[0]?.sub ?? '');
  for (const token of [before, refreshed]) {
    await t.rejects(verifier.verify(token), { code: 'ERR_TOKEN_REVOKED' });
  }
  google.clock.advance(3000);
  t.ok(await verifier.verify(google.mintToken()), 'signing in anew works');
});
