import { once } from 'node:events';
import { renameSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { mock } from 'node:test';
import { eventually } from '@google-bearer/test-kit/eventually';
import t, { type Test } from 'tap';
import { type Api, startApi } from './support/api.ts';
import { startProcess } from './support/process.ts';
import { GRACE, startGoogle } from './support/secrets.ts';

interface StreamEvent {
  readonly event: string;
  readonly data: unknown;
  readonly retryMs: number;
}

interface Stream {
  readonly response: IncomingMessage;
  /** All that has come. */
  text(): string;
  events(): StreamEvent[];
  readonly ended: Promise<unknown>;
}

/** When it is refused, the response says so. */
async function open(url: string, token: string, headers: Record<string, string> = {}): Promise<Stream> {
  const request = get(`${url}/api/events`, { agent: false, headers: { authorization: `Bearer ${token}`, ...headers } });
  const [response]: IncomingMessage[] = await once(request, 'response');
  if (response === undefined) throw new Error('no response');
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const ended = once(response, 'end');
  ended.catch(() => undefined);
  const events = (): StreamEvent[] =>
    [...text.matchAll(/^retry: (\d+)\nevent: (\w+)\ndata: (.*)\n\n/gm)].map(([, retry, event = '', data = '']) => ({
      event,
      data: JSON.parse(data),
      retryMs: Number(retry),
    }));
  if (response.statusCode === 200) await eventually('it says hello', () => events().length > 0);
  return { response, text: () => text, events, ended };
}

const listen = ({ app }: Api): Promise<string> => app.listen({ host: '127.0.0.1', port: 0 });

async function gauge({ app }: Api, name: string): Promise<number> {
  const { body } = await app.inject('/metrics');
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(body)?.[1]);
}

const REVOKED = {
  statusCode: 401,
  code: 'ERR_TOKEN_REVOKED',
  error: 'Unauthorized',
  message: 'The access token has been revoked',
};

t.test('a stream says hello, with all that keeps it from being cached or held back', async (t) => {
  const api = await startApi(t, { CORS_ORIGINS: 'https://app.example.com' });
  const url = await listen(api);
  const before = Date.now();
  const { response, text, events } = await open(url, api.google.mintToken(), { origin: 'https://app.example.com' });
  t.equal(response.statusCode, 200);
  t.match(response.headers, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'access-control-allow-origin': 'https://app.example.com',
    'server-timing': 'token;desc=google',
    'x-content-type-options': 'nosniff',
  });
  t.match(events(), [{ event: 'hello', data: { at: Number } }]);
  const at = Number(/"at":(\d+)/.exec(text())?.[1]);
  t.ok(at >= before && at <= Date.now());
  response.destroy();
});

t.test('each client is told another moment to come back', async (t) => {
  const api = await startApi(t);
  const url = await listen(api);
  const token = api.google.mintToken();
  const streams = await Promise.all(Array.from({ length: 30 }, () => open(url, token)));
  const retries = streams.map(({ events }) => events()[0]?.retryMs ?? 0);
  t.ok(new Set(retries).size > 10);
  t.ok(retries.every((ms) => ms >= 1_000 && ms <= 5_000));
  await api.as(token, { method: 'DELETE', url: '/api/token' });
  await Promise.all(streams.map(({ ended }) => ended));
});

for (const { how, revoke } of [
  { how: 'its token is revoked', revoke: { method: 'DELETE', url: '/api/token' } },
  { how: 'its user signs out everywhere', revoke: { method: 'DELETE', url: '/api/tokens' } },
] as const) {
  t.test(`it ends when ${how}, and says what a request is told`, async (t) => {
    const api = await startApi(t);
    const url = await listen(api);
    const token = api.google.mintToken();
    const one = await open(url, token);
    const other = await open(url, api.google.mintToken({ user: GRACE.email }));
    t.equal((await api.as(token, revoke)).statusCode, 204);
    await one.ended;
    const [, refused, ...more] = one.events();
    t.same(more, []);
    t.same(refused?.data, REVOKED);
    t.same((await api.as(token, { url: '/api/events' })).json(), REVOKED);
    t.equal(refused?.event, 'refused');
    t.equal(other.events().length, 1, 'others go on');
    t.equal(await gauge(api, 'http_event_streams'), 1);
    t.equal(await gauge(api, 'google_bearer_watchers'), 1);
    other.response.destroy();
    await eventually('no stream is open', async () => (await gauge(api, 'http_event_streams')) === 0);
    await eventually('nobody watches', async () => (await gauge(api, 'google_bearer_watchers')) === 0);
  });
}

t.test('it ends when the user is blocked, and when the token expires', async (t) => {
  const api = await startApi(t);
  const url = await listen(api);
  const blocked = await open(url, api.google.mintToken({ user: GRACE.email }));
  const expires = await open(url, api.google.mintToken({ lifetimeS: 10 }));
  const admin = api.google.mintToken();
  const block = { method: 'POST', url: '/admin/revocations', payload: { block: GRACE.sub } } as const;
  t.equal((await api.as(admin, block)).statusCode, 201);
  await Promise.all([blocked.ended, expires.ended]);
  t.match(blocked.events()[1], { event: 'refused', data: REVOKED });
  t.match(expires.events()[1], { event: 'refused', data: { statusCode: 401, code: 'ERR_TOKEN_EXPIRED' } });
});

t.test('it ends when the view is stale, and clients come back over a longer time', async (t) => {
  const api = await startApi(t, { MAX_STALENESS_MS: '300' });
  const url = await listen(api);
  const token = api.google.mintToken();
  // A busy machine can be late with its view already here.
  const opened = (): Promise<Stream> =>
    eventually('a stream', async () => {
      const stream = await open(url, token);
      return stream.response.statusCode === 200 && stream;
    });
  const streams = await Promise.all(Array.from({ length: 20 }, opened));
  renameSync(join(api.dataDir, 'revocations.db'), join(api.dataDir, 'elsewhere.db'));
  await Promise.all(streams.map(({ ended }) => ended));
  const retries = streams.map(({ events }) => {
    const [, refused] = events();
    t.match(refused, { event: 'refused', data: { statusCode: 503, code: 'ERR_REVOCATIONS_STALE' } });
    return refused?.retryMs ?? 0;
  });
  t.ok(retries.every((ms) => ms >= 2_000 && ms <= 20_000));
  t.ok(Math.max(...retries) - Math.min(...retries) > 3_000);
});

t.test('it beats every 15 seconds', async (t) => {
  mock.timers.enable({ apis: ['setInterval'] });
  t.teardown(() => mock.timers.reset());
  const api = await startApi(t);
  const url = await listen(api);
  const token = api.google.mintToken();
  const { response, text } = await open(url, token);
  mock.timers.tick(14_999);
  t.notMatch(text(), ': beat');
  mock.timers.tick(1);
  await eventually('it beats', () => text().endsWith(': beat\n\n'));
  mock.timers.tick(30_000);
  await eventually('it goes on', () => text().split(': beat\n\n').length === 4);
  response.destroy();
});

t.test(
  'it ends when Google has ended the grant, once what is known is too old, and lives through an outage of Google',
  async (t) => {
    mock.timers.enable({ apis: ['setInterval'] });
    t.teardown(() => mock.timers.reset());
    const api = await startApi(t, { TOKEN_CACHE_MAX_AGE_MS: '0' });
    const url = await listen(api);
    const token = api.google.mintToken({ user: GRACE.email });
    const stream = await open(url, token);
    const other = await open(url, api.google.mintToken());
    api.google.faults.set({ path: '/tokeninfo', kind: 'status', status: 503 });
    const asked = api.google.calls.count('/tokeninfo');
    mock.timers.tick(15_000);
    await eventually(
      'Google was asked about both, and asked again',
      () => api.google.calls.count('/tokeninfo') === asked + 4,
    );
    t.equal(stream.events().length, 1);
    api.google.faults.clear();
    const ended = await fetch(`${api.google.url}/revoke`, { method: 'POST', body: new URLSearchParams({ token }) });
    t.equal(ended.status, 200);
    await eventually('it says so', () => {
      mock.timers.tick(15_000);
      return stream.events().length > 1;
    });
    await stream.ended;
    t.match(stream.events()[1], { event: 'refused', data: { statusCode: 401, code: 'ERR_TOKEN_INVALID' } });
    t.equal(other.events().length, 1);
    other.response.destroy();
  },
);

t.test('HEAD has the headers and opens nothing; a preflight passes; without a token it is 401', async (t) => {
  const api = await startApi(t);
  const head = await api.as(api.google.mintToken(), { method: 'HEAD', url: '/api/events' });
  t.equal(head.statusCode, 200);
  t.equal(head.headers['content-type'], 'text/event-stream');
  t.equal(head.body, '');
  t.equal(await gauge(api, 'http_event_streams'), 0);
  t.equal(await gauge(api, 'google_bearer_watchers'), 0);
  const headers = { origin: 'http://localhost:3000', 'access-control-request-method': 'GET' };
  t.equal((await api.app.inject({ method: 'OPTIONS', url: '/api/events', headers })).statusCode, 204);
  t.equal((await api.app.inject('/api/events')).statusCode, 401);
});

async function stalled(t: Test, url: string, token: string) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  t.teardown(() => socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(`GET /api/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  await once(socket, 'readable');
  return socket;
}

t.test('SIGTERM ends the streams, and does not wait for who does not read', async (t) => {
  const google = await startGoogle(t);
  const env = { GOOGLE_CLIENT_ID: google.clientId, GOOGLE_EMULATOR_URL: google.url, LOG_LEVEL: 'trace' };
  const api = await startProcess(t, { ...env, DATA_DIR: join(t.testdir(), 'data') });
  const token = google.mintToken();
  const streams = await Promise.all(Array.from({ length: 5 }, () => open(api.url, token)));
  await stalled(t, api.url, token);
  const ending = api.end('SIGTERM');
  await Promise.all(streams.map(({ ended }) => ended));
  for (const { events } of streams) t.equal(events().length, 1, 'nothing is said against the token');
  t.match(await ending, { code: 0, signal: null });
  t.notMatch(api.stdout(), 'gave up waiting');
  t.strictSame(google.leaks([api.stdout(), api.stderr()]), []);
});
