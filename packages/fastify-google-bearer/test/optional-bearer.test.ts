import swagger from '@fastify/swagger';
import { test } from 'tap';
import { googleBearer, googleSecurityScheme, requirePrincipal } from '../src/index.ts';
import { clientId, makeApp, sendRaw, startGoogle } from './kit.ts';

/** $ stands for a good token. */
const vectors: [name: string, headers: string[], optional: number, optionalBearer: number, who: 'ada' | 'nobody'][] = [
  ['no header', [], 200, 200, 'nobody'],
  ['an empty header', ['Authorization:'], 401, 200, 'nobody'],
  ['Basic', ['Authorization: Basic dXNlcjpwYXNz'], 401, 200, 'nobody'],
  ['Digest', ['Authorization: Digest username="ada"'], 401, 200, 'nobody'],
  ['a scheme that begins like Bearer', ['Authorization: Bearerx $'], 401, 200, 'nobody'],
  ['a good token', ['Authorization: Bearer $'], 200, 200, 'ada'],
  ['a good token, any case', ['Authorization: bEARER $'], 200, 200, 'ada'],
  ['a bad token', ['Authorization: Bearer unknown'], 401, 401, 'nobody'],
  ['Bearer alone', ['Authorization: Bearer'], 400, 400, 'nobody'],
  ['Bearer and a colon', ['Authorization: Bearer: $'], 400, 400, 'nobody'],
  ['two tokens', ['Authorization: Bearer $ $'], 400, 400, 'nobody'],
  ['Basic, then Bearer', ['Authorization: Basic eA==', 'Authorization: Bearer $'], 400, 400, 'nobody'],
  ['Bearer, then Basic', ['Authorization: Bearer $', 'Authorization: Basic eA=='], 400, 400, 'nobody'],
  ['Basic twice', ['Authorization: Basic eA==', 'Authorization: Basic eA=='], 400, 400, 'nobody'],
];

test("whom 'optional' and 'optional-bearer' let in", async (t) => {
  const google = await startGoogle(t);
  const app = makeApp(t);
  await app.register(googleBearer, { audience: clientId, endpoints: google.url });
  for (const mode of ['optional', 'optional-bearer'] as const) {
    app.get(`/${mode}`, { config: { googleBearer: mode } }, (request) => (request.principal ? 'ada' : 'nobody'));
  }
  const url = await app.listen();
  const token = google.mintToken();
  for (const [name, headers, optional, optionalBearer, who] of vectors) {
    for (const [path, status] of [
      ['/optional', optional],
      ['/optional-bearer', optionalBearer],
    ] as const) {
      const lines = headers.map((header) => header.replaceAll('$', token));
      const response = await sendRaw(url, [`GET ${path} HTTP/1.1`, ...lines]);
      t.equal(response.status, status, `${path}: ${name}`);
      if (status === 200) t.equal(response.body, who, `${path}: ${name}`);
      else t.match(response.headers.get('www-authenticate'), /^Bearer realm="api"/, `${path}: ${name}`);
    }
  }
});

test('requirePrincipal refuses who came with another scheme', async (t) => {
  const google = await startGoogle(t);
  const app = makeApp(t);
  await app.register(googleBearer, { audience: clientId, endpoints: google.url });
  app.get('/', { config: { googleBearer: 'optional-bearer' } }, (request) => requirePrincipal(request).subject);
  const refused = await app.inject({ url: '/', headers: { authorization: 'Basic dXNlcjpwYXNz' } });
  t.equal(refused.statusCode, 401);
  t.equal(refused.json().code, 'ERR_TOKEN_MISSING');
  t.equal(refused.headers['www-authenticate'], 'Bearer realm="api"');
});

test('OpenAPI says that a token is possible', async (t) => {
  const app = makeApp(t);
  await app.register(swagger, { openapi: { components: { securitySchemes: { google: googleSecurityScheme } } } });
  await app.register(googleBearer, { audience: clientId });
  app.get('/', { config: { googleBearer: 'optional-bearer' } }, () => 'in');
  await app.ready();
  t.strictSame(app.swagger().paths?.['/']?.get?.security, [{}, { google: [] }]);
});
