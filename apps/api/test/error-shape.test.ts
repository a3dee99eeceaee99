import { once } from 'node:events';
import { METHODS } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { eventually } from '@google-bearer/test-kit/eventually';
import t, { type Test } from 'tap';
import { type Api, startApi } from './support/api.ts';

const END = 'Host: x\r\nConnection: close\r\n\r\n';
const CALENDAR = 'https://www.googleapis.com/auth/calendar.readonly';

async function listening(t: Test, env = {}): Promise<Api & { connect(): Promise<Socket> }> {
  const api = await startApi(t, env);
  const { port } = new URL(await api.app.listen({ host: '127.0.0.1', port: 0 }));
  return {
    ...api,
    async connect() {
      const socket = connect(Number(port), '127.0.0.1');
      // It may be closed while we are still sending.
      socket.on('error', () => {});
      await once(socket, 'connect');
      t.teardown(() => socket.destroy());
      return socket;
    },
  };
}

interface Reply {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** All that comes until the connection ends, which has to be one answer. */
async function replyOf(socket: Socket): Promise<Reply> {
  const all = await text(socket);
  const [head = '', body = '', ...rest] = all.split('\r\n\r\n');
  if (rest.length > 0) throw new Error(`more than one answer: ${all}`);
  return { status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]), head: head.toLowerCase(), body };
}

function checkShape(t: Test, { status, head, body }: Reply, expected: number, code: RegExp, name: string): void {
  t.equal(status, expected, name);
  t.match(head, /^content-type: application\/json/m, name);
  t.match(head, /^x-content-type-options: nosniff/m, name);
  const error = JSON.parse(body);
  t.strictSame(Object.keys(error).sort(), ['code', 'error', 'message', 'statusCode'], name);
  t.equal(error.statusCode, expected);
  t.match(error.code, code, name);
}

const requests: readonly (readonly [name: string, request: string, status: number, code: RegExp])[] = [
  ['no such route', `GET /nope HTTP/1.1\r\n${END}`, 404, /^ERR_ROUTE_NOT_FOUND$/],
  ['a malformed URL', `GET /%zz HTTP/1.1\r\n${END}`, 400, /^ERR_URL_INVALID$/],
  ['a malformed URL of a file', `GET /docs/static/%zz HTTP/1.1\r\n${END}`, 400, /^ERR_URL_INVALID$/],
  ['a URL too long', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\n${END}`, 431, /^ERR_HEADERS_TOO_LARGE$/],
  ['a header too long', `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n${END}`, 431, /^ERR_HEADERS_TOO_LARGE$/],
  ['no HTTP at all', 'hello\r\n\r\n', 400, /^ERR_HTTP_INVALID$/],
  ['a method that nobody knows', `FOO / HTTP/1.1\r\n${END}`, 400, /^ERR_HTTP_INVALID$/],
  ['HTTP/2 in clear', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, /^ERR_HTTP_INVALID$/],
  ['a version that nobody knows', `GET / HTTP/9.9\r\n${END}`, 400, /^ERR_HTTP_INVALID$/],
  ['no Host', 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n', 400, /^ERR_HTTP_INVALID$/],
  ['no Host, and no such route', 'GET /nope HTTP/1.1\r\nConnection: close\r\n\r\n', 400, /^ERR_HTTP_INVALID$/],
  ['no such route in HTTP/1.0, which knows no Host', 'GET /nope HTTP/1.0\r\n\r\n', 404, /^ERR_ROUTE_NOT_FOUND$/],
  ['a length that is none', `POST /api/user HTTP/1.1\r\nContent-Length: x\r\n${END}`, 400, /^ERR_HTTP_INVALID$/],
  [
    'two lengths',
    `POST /api/user HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n${END}`,
    400,
    /^ERR_HTTP_INVALID$/,
  ],
  ['an expectation', `POST /api/user HTTP/1.1\r\nExpect: tea\r\n${END}`, 417, /^ERR_EXPECTATION_UNKNOWN$/],
  ['CONNECT', `CONNECT example.com:443 HTTP/1.1\r\n${END}`, 404, /^ERR_ROUTE_NOT_FOUND$/],
  ['OPTIONS without anything', `OPTIONS /api/user HTTP/1.1\r\n${END}`, 400, /^ERR_NO_PREFLIGHT$/],
  ['OPTIONS of the server', `OPTIONS * HTTP/1.1\r\n${END}`, 400, /^ERR_NO_PREFLIGHT$/],
  ['OPTIONS of no route', `OPTIONS /nope HTTP/1.1\r\n${END}`, 400, /^ERR_NO_PREFLIGHT$/],
  [
    'OPTIONS without a method',
    `OPTIONS /api/user HTTP/1.1\r\nOrigin: http://localhost:3000\r\n${END}`,
    400,
    /^ERR_NO_PREFLIGHT$/,
  ],
  [
    'OPTIONS without an origin',
    `OPTIONS /api/user HTTP/1.1\r\nAccess-Control-Request-Method: GET\r\n${END}`,
    400,
    /^ERR_NO_PREFLIGHT$/,
  ],
  ['no file of /docs', `GET /docs/static/nope HTTP/1.1\r\n${END}`, 404, /^ERR_ROUTE_NOT_FOUND$/],
  ['a path out of /docs', `GET /docs/static/../../package.json HTTP/1.1\r\n${END}`, 403, /^FST_STATIC_/],
  [
    'a range beyond a file',
    `GET /docs/static/index.css HTTP/1.1\r\nRange: bytes=99999999-\r\n${END}`,
    416,
    /^ERR_REQUEST_REFUSED$/,
  ],
  [
    'a version of a file that is not there',
    `GET /docs/static/index.css HTTP/1.1\r\nIf-Match: "x"\r\n${END}`,
    412,
    /^ERR_REQUEST_REFUSED$/,
  ],
];

t.test('every error has one shape, whoever finds it', async (t) => {
  const { connect } = await listening(t);
  for (const [name, request, status, code] of requests) {
    const socket = await connect();
    socket.write(request);
    checkShape(t, await replyOf(socket), status, code, name);
  }
});

t.test('a method that no route has is refused in that shape', async (t) => {
  const { connect } = await listening(t);
  const others = METHODS.filter((method) => !['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS', 'QUERY'].includes(method));
  for (const method of others) {
    const socket = await connect();
    socket.write(`${method} /api/user HTTP/1.1\r\n${END}`);
    checkShape(t, await replyOf(socket), 404, /^ERR_ROUTE_NOT_FOUND$/, method);
  }
  const socket = await connect();
  socket.write(`QUERY /api/user HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 2\r\n${END}{}`);
  checkShape(t, await replyOf(socket), 404, /^ERR_ROUTE_NOT_FOUND$/, 'QUERY');
});

t.test('what cannot be read after an answer is not answered a second time', async (t) => {
  const { connect } = await listening(t);
  const socket = await connect();
  const chunk = `1;${'x'.repeat(20_000)}\r\n`;
  socket.write(`POST /api/user HTTP/1.1\r\nTransfer-Encoding: chunked\r\nHost: x\r\n\r\n${chunk}`);
  checkShape(t, await replyOf(socket), 401, /^ERR_TOKEN_MISSING$/, 'one answer');
});

t.test('a request that takes too long is told so', async (t) => {
  const { app, connect } = await listening(t);
  const accepted = once(app.server, 'connection');
  const socket = await connect();
  // Node says this after 30 s; here it is said at once.
  const error = Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
  app.server.emit('clientError', error, ...(await accepted));
  checkShape(t, await replyOf(socket), 408, /^ERR_REQUEST_TIMEOUT$/, 'a timeout');
});

t.test('who arrives while the API stops is told to go elsewhere, also a page', async (t) => {
  const origin = 'https://app.example.com';
  const { app, as, google, connect } = await listening(t, { CORS_ORIGINS: origin });
  const path = '/calendar/v3/calendars/primary/events';
  google.faults.set({ path, kind: 'hang' });
  const slow = as(google.mintToken({ scopes: ['openid', CALENDAR] }), { url: '/api/calendar/events' });
  await eventually('Google to be asked', () => google.calls.count(path) === 1);
  const begun = async (request: string): Promise<Socket> => {
    const socket = await connect();
    await new Promise<void>((sent) =>
      socket.write(`${request} HTTP/1.1\r\nHost: x\r\nOrigin: ${origin}\r\n`, () => sent()),
    );
    return socket;
  };
  const [asking, preflight] = [await begun('GET /healthz'), await begun('OPTIONS /api/user')];
  // Whoever connects after that is served after that, so they are no idle connections any more.
  const other = await connect();
  other.write(`GET /healthz HTTP/1.1\r\n${END}`);
  t.equal((await replyOf(other)).status, 200);
  const closing = app.close();
  asking.write('\r\n');
  preflight.write('Access-Control-Request-Method: GET\r\n\r\n');
  const [reply, permission] = await Promise.all([replyOf(asking), replyOf(preflight)]);
  checkShape(t, reply, 503, /^ERR_STOPPING$/, 'stopping');
  t.match(reply.head, /^retry-after: 1\r?$/m);
  // Without permission a browser would keep the answer from the page, and call it a fault of CORS.
  t.equal(permission.status, 204);
  for (const { head } of [reply, permission]) {
    t.match(head, new RegExp(`^access-control-allow-origin: ${origin}\r?$`, 'm'));
    t.match(head, /^connection: close\r?$/m);
  }
  google.faults.clear();
  await Promise.all([slow, closing]);
});

t.test(
  'security headers come with every answer; browsers are held to https where the API is known by it',
  async (t) => {
    for (const [env, hsts] of [
      [{}, undefined],
      [{ PUBLIC_URL: 'http://localhost:4000' }, undefined],
      [{ PUBLIC_URL: 'https://api.example.com' }, 'max-age=31536000'],
    ] as const) {
      const { app } = await startApi(t, env);
      for (const url of ['/', '/healthz', '/api/user', '/nope', '/%', '/docs/', '/openapi.json']) {
        const { headers } = await app.inject(url);
        t.equal(headers['strict-transport-security'], hsts, url);
        t.equal(headers['x-content-type-options'], 'nosniff');
        t.equal(headers['cross-origin-opener-policy'], 'same-origin');
        t.match(headers['permissions-policy'], /camera=\(\), geolocation=\(\), microphone=\(\)/);
      }
    }
  },
);

t.test('the root says what this is, and where it is described', async (t) => {
  const { app } = await startApi(t);
  const response = await app.inject('/');
  t.equal(response.statusCode, 200);
  const { name, docs, openapi } = response.json();
  t.match(name, /Google access tokens/);
  for (const url of [docs, openapi]) t.equal((await app.inject(url)).statusCode, 200, url);
});
