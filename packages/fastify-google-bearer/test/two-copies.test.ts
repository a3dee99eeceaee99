import { cpSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { TokenRefusedError } from 'google-bearer';
import { type Test, test } from 'tap';
import { googleBearer } from '../src/index.ts';
import { clientId, makeApp, startGoogle } from './kit.ts';

type Core = typeof import('google-bearer');

/** A second google-bearer, as linked packages or two versions in one tree bring it in. */
async function otherCore(t: Test): Promise<Core> {
  const own = dirname(dirname(fileURLToPath(import.meta.resolve('google-bearer'))));
  const folder = t.testdir({});
  cpSync(join(own, 'src'), join(folder, 'src'), { recursive: true });
  symlinkSync(join(own, 'node_modules'), join(folder, 'node_modules'), 'junction');
  return import(pathToFileURL(join(folder, 'src/index.ts')).href);
}

test('a verifier from another copy of google-bearer: statuses, challenges and Retry-After stay', async (t) => {
  const google = await startGoogle(t);
  const core = await otherCore(t);
  t.not(core.TokenRefusedError, TokenRefusedError, 'it is another copy');
  const verifier = core.createTokenVerifier({ audience: clientId, endpoints: google.url });
  t.teardown(() => verifier.close());
  const app = makeApp(t);
  await app.register(googleBearer, { verifier });
  app.get('/', () => 'in');
  app.get('/calendar', { config: { googleBearer: { scopes: ['calendar'] } } }, () => 'in');
  app.get('/later', () => {
    throw new core.RetryLaterError('ERR_REVOCATION_NOT_STORED', { retryAfterMs: 7000 });
  });
  const ask = (url: string, token: string) => app.inject({ url, headers: { authorization: `Bearer ${token}` } });
  const good = google.mintToken();

  t.equal((await ask('/', good)).statusCode, 200);

  const invalid = await ask('/', 'unknown');
  t.equal(invalid.statusCode, 401);
  t.equal(invalid.json().code, 'ERR_TOKEN_INVALID');
  t.match(invalid.headers['www-authenticate'], /^Bearer realm="api", error="invalid_token", /);

  const malformed = await ask('/', 'a b');
  t.equal(malformed.statusCode, 400);
  t.match(malformed.headers['www-authenticate'], /^Bearer realm="api", error="invalid_request", /);

  const scope = await ask('/calendar', good);
  t.equal(scope.statusCode, 403);
  t.match(scope.headers['www-authenticate'], /^Bearer realm="api", error="insufficient_scope", .*scope="calendar"$/);

  google.faults.set({ kind: 'status', path: '/tokeninfo', status: 503 });
  const outage = await ask('/', google.mintToken());
  t.equal(outage.statusCode, 503);
  t.equal(outage.json().code, 'ERR_TOKENINFO_UNAVAILABLE');
  t.match(outage.headers['retry-after'], /^[1-9]\d*$/);
  t.equal(outage.headers['www-authenticate'], undefined);

  const thrown = await ask('/later', good);
  t.equal(thrown.statusCode, 503);
  t.equal(thrown.headers['retry-after'], '7');
});
