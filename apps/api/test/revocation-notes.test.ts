import { createHash } from 'node:crypto';
import Fastify, { type InjectOptions } from 'fastify';
import { googleBearer } from 'fastify-google-bearer';
import { createTokenVerifier } from 'google-bearer';
import t, { type Test } from 'tap';
import { handleError } from '../src/errors.ts';
import { adminRoutes } from '../src/routes/admin.ts';
import { tokenRoutes } from '../src/routes/token.ts';
import { ADA, GRACE, startGoogle, UNA } from './support/secrets.ts';

const url = '/admin/revocations';

/** The routes that revoke, on a log in memory. */
async function start(t: Test) {
  const google = await startGoogle(t);
  const verifier = createTokenVerifier({ audience: google.clientId, endpoints: google.url });
  const app = Fastify();
  app.setErrorHandler(handleError);
  app.addSchema({ $id: 'Error', type: 'object', additionalProperties: true });
  await app.register(googleBearer, { verifier });
  tokenRoutes(app, verifier);
  adminRoutes(app, verifier, new Set([ADA.sub]));
  t.teardown(async () => {
    await app.close();
    await verifier.close();
  });
  const as = (token: string, request: InjectOptions) =>
    app.inject({ ...request, headers: { authorization: `Bearer ${token}` } });
  return { google, as };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

t.test('the list says when, why and by whom', async (t) => {
  const { google, as } = await start(t);
  const admin = google.mintToken({ lifetimeS: 7200 });
  const before = Date.now();
  const leaked = google.mintToken({ user: GRACE.email });
  const grace = google.mintToken({ user: GRACE.email });
  const una = google.mintToken({ user: UNA.email });
  const orders: readonly object[] = [
    { tokenSha256: sha256(leaked), reason: 'found in a public log' },
    { block: GRACE.sub, reason: 'سبب: 账号 “x”' },
    { everyone: true },
  ];
  t.equal((await as(grace, { method: 'DELETE', url: '/api/token' })).statusCode, 204);
  t.equal((await as(una, { method: 'DELETE', url: '/api/tokens' })).statusCode, 204);
  for (const payload of orders) {
    const response = await as(admin, { method: 'POST', url, payload });
    t.equal(response.statusCode, 201);
    t.strictSame(response.json(), payload, 'repeats what was asked');
  }
  const { revocations } = (await as(admin, { url })).json();
  const find = (wanted: object) =>
    revocations.find((entry: Readonly<Record<string, unknown>>) =>
      Object.entries(wanted).every(([name, value]) => entry[name] === value),
    );
  const expected: readonly (readonly [what: object, reason: string | undefined, by: string])[] = [
    [{ type: 'token', tokenSha256: sha256(leaked) }, 'found in a public log', 'admin'],
    [{ type: 'block', subject: GRACE.sub }, 'سبب: 账号 “x”', 'admin'],
    [{ type: 'everyone' }, undefined, 'admin'],
    [{ type: 'token', tokenSha256: sha256(grace) }, undefined, 'self'],
    [{ type: 'token', tokenSha256: sha256(una) }, undefined, 'self'],
    [{ type: 'subject', subject: UNA.sub }, undefined, 'self'],
  ];
  t.equal(revocations.length, expected.length);
  for (const [what, reason, by] of expected) {
    const entry = find(what);
    t.ok(entry, JSON.stringify(what));
    t.equal(entry.reason, reason);
    t.equal(entry.by, by);
    t.ok(entry.at >= before && entry.at <= Date.now(), 'when it was said');
  }
});
