import { test } from 'tap';
import { googleBearer, requireAccessToken, requirePrincipal } from '../src/index.ts';
import { clientId, makeApp, sendRaw, startGoogle } from './kit.ts';

const bare = 'Bearer realm="api"';
const malformed =
  'Bearer realm="api", error="invalid_request", error_description="The request must carry exactly one well-formed bearer token, in the Authorization header"';
const invalid =
  'Bearer realm="api", error="invalid_token", error_description="Google does not accept this access token"';
const idToken =
  'Bearer realm="api", error="invalid_token", error_description="This is a JWT such as an ID token; send the access token instead"';

const jwt = `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.e30.c2ln`;

/** $ stands for a good token. */
const vectors: [
  name: string,
  headers: string[],
  status: number,
  code?: string | undefined,
  challenge?: string | undefined,
  query?: string,
][] = [
  ['no header', [], 401, 'ERR_TOKEN_MISSING', bare],
  ['an empty header', ['Authorization:'], 401, 'ERR_TOKEN_MISSING', bare],
  ['another scheme', ['Authorization: Basic dXNlcjpwYXNz'], 401, 'ERR_TOKEN_MISSING', bare],
  ['a scheme that only begins like Bearer', ['Authorization: Bearerx $'], 401, 'ERR_TOKEN_MISSING', bare],
  ['a scheme with Bearer and a hyphen', ['Authorization: Bearer-x $'], 401, 'ERR_TOKEN_MISSING', bare],
  ['a token without a scheme', ['Authorization: $'], 401, 'ERR_TOKEN_MISSING', bare],
  ['a good token', ['Authorization: Bearer $'], 200],
  ['lower case', ['authorization: bearer $'], 200],
  ['upper case', ['AUTHORIZATION: BEARER $'], 200],
  ['two spaces', ['Authorization: Bearer  $'], 200],
  ['blanks around the value', ['Authorization: \t Bearer $ \t '], 200],
  ['Bearer alone', ['Authorization: Bearer'], 400, 'ERR_TOKEN_MALFORMED', malformed],
  ['Bearer and spaces', ['Authorization: Bearer   '], 400, 'ERR_TOKEN_MALFORMED', malformed],
  ['a tab after Bearer', ['Authorization: Bearer\t$'], 400, 'ERR_TOKEN_MALFORMED', malformed],
  ['a space and a tab', ['Authorization: Bearer \t$'], 400, 'ERR_TOKEN_MALFORMED', malformed],
  ['a no-break space before', ['Authorization: Bearer \u00a0$'], 400, 'ERR_TOKEN_MALFORMED', malformed],
  ['a no-break space after', ['Authorization: Bearer $\u00a0'], 400, 'ERR_TOKEN_MALFORMED', malformed],
  ['a colon', ['Authorization: Bearer: $'], 400, 'ERR_TOKEN_MALFORMED', malformed],
  ['quotes', ['Authorization: Bearer "$"'], 400, 'ERR_TOKEN_MALFORMED', malformed],
  ['two tokens', ['Authorization: Bearer $ $'], 400, 'ERR_TOKEN_MALFORMED', malformed],
  ['two credentials in one header', ['Authorization: Bearer $, Bearer $'], 400, 'ERR_TOKEN_MALFORMED', malformed],
  ['two headers', ['Authorization: Bearer $', 'Authorization: Bearer $'], 400, 'ERR_TOKEN_MALFORMED', malformed],
  [
    'a good header, then Basic',
    ['Authorization: Bearer $', 'authorization: Basic eA=='],
    400,
    'ERR_TOKEN_MALFORMED',
    malformed,
  ],
  [
    'an empty header, then a good one',
    ['Authorization:', 'Authorization: Bearer $'],
    400,
    'ERR_TOKEN_MALFORMED',
    malformed,
  ],
  ['letters outside ASCII', ['Authorization: Bearer t\u00f6ken'], 400, 'ERR_TOKEN_MALFORMED', malformed],
  ['padding in the middle', ['Authorization: Bearer a=b'], 400, 'ERR_TOKEN_MALFORMED', malformed],
  ['2049 bytes', [`Authorization: Bearer ${'a'.repeat(2049)}`], 400, 'ERR_TOKEN_MALFORMED', malformed],
  ['2048 bytes', [`Authorization: Bearer ${'a'.repeat(2048)}`], 401, 'ERR_TOKEN_INVALID', invalid],
  ['every character of a b64token', ['Authorization: Bearer aZ09-._~+/=='], 401, 'ERR_TOKEN_INVALID', invalid],
  ['an ID token', [`Authorization: Bearer ${jwt}`], 401, 'ERR_TOKEN_IS_ID_TOKEN', idToken],
  ['a token in the query alone', [], 401, 'ERR_TOKEN_MISSING', bare, '?access_token=$'],
  ['a header and the query', ['Authorization: Bearer $'], 400, 'ERR_TOKEN_MALFORMED', malformed, '?access_token=$'],
  ['a header and an empty query', ['Authorization: Bearer $'], 400, 'ERR_TOKEN_MALFORMED', malformed, '?access_token='],
  [
    'a header and a list in the query',
    ['Authorization: Bearer $'],
    400,
    'ERR_TOKEN_MALFORMED',
    malformed,
    '?access_token[]=$',
  ],
  [
    'a header and an escaped query',
    ['Authorization: Bearer $'],
    400,
    'ERR_TOKEN_MALFORMED',
    malformed,
    '?access%5Ftoken=$',
  ],
  ['another name in the query', ['Authorization: Bearer $'], 200, undefined, undefined, '?access_tokens=$'],
];

test('the Authorization header, byte by byte', async (t) => {
  const google = await startGoogle(t);
  const app = makeApp(t);
  await app.register(googleBearer, { audience: clientId, endpoints: google.url });
  app.get('/', (request) => ({ subject: requirePrincipal(request).subject }));
  const url = await app.listen();
  const token = google.mintToken();

  for (const [name, headers, status, code, challenge, query = ''] of vectors) {
    await t.test(name, async (t) => {
      const path = `/${query}`.replaceAll('$', token);
      const lines = headers.map((header) => header.replaceAll('$', token));
      const response = await sendRaw(url, [`GET ${path} HTTP/1.1`, ...lines]);
      t.equal(response.status, status);
      t.equal(response.headers.get('www-authenticate'), challenge);
      const body = JSON.parse(response.body);
      if (code === undefined) t.strictSame(body, { subject: '106488946935451153824' });
      else t.match(body, { statusCode: status, code });
      t.notMatch(response.body, token);
    });
  }
});

test('servers that join repeated headers still see that there were two', async (t) => {
  const google = await startGoogle(t);
  const app = makeApp(t, { http: { joinDuplicateHeaders: true } });
  await app.register(googleBearer, { audience: clientId, endpoints: google.url });
  app.get('/', () => 'in');
  const url = await app.listen();
  const header = `Authorization: Bearer ${google.mintToken()}`;

  t.equal((await sendRaw(url, ['GET / HTTP/1.1', header])).status, 200);
  t.equal((await sendRaw(url, ['GET / HTTP/1.1', header, header])).status, 400);
});

test('a header that an earlier hook has put there counts like one that was sent', async (t) => {
  const google = await startGoogle(t);
  const app = makeApp(t);
  const token = google.mintToken();
  app.addHook('onRequest', (request, _reply, done) => {
    request.headers.authorization = `Bearer ${token}`;
    done();
  });
  await app.register(googleBearer, { audience: clientId, endpoints: google.url });
  app.get('/', (request) => requireAccessToken(request));
  t.equal((await app.inject('/')).body, token);
});

test('the body is not waited for when the header is refused', async (t) => {
  const google = await startGoogle(t);
  const app = makeApp(t);
  await app.register(googleBearer, { audience: clientId, endpoints: google.url });
  app.post('/', (request) => request.body);
  const url = await app.listen();
  const announced = ['POST / HTTP/1.1', 'Content-Type: application/json', 'Content-Length: 1000000'];

  // Nothing of the body is ever sent, so this ends only because the answer does not depend on it.
  t.equal((await sendRaw(url, announced)).status, 401);
  t.equal((await sendRaw(url, [...announced, 'Authorization: Bearer unknown'])).status, 401);
  const good = ['POST / HTTP/1.1', 'Content-Type: application/json', 'Content-Length: 2'];
  t.equal((await sendRaw(url, [...good, `Authorization: Bearer ${google.mintToken()}`], '{}')).status, 200);
});
