import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type RequestOptions, request as send } from 'node:http';
import { connect } from 'node:http2';
import { PassThrough, Readable } from 'node:stream';
import { eventually } from '@google-bearer/test-kit/eventually';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { createTokenVerifier, type TokenVerifier } from 'google-bearer';
import { type Test, test } from 'tap';
import { googleBearer, requirePrincipal, reverify } from '../src/index.ts';
import { clientId, makeApp, startGoogle } from './kit.ts';

interface World {
  readonly app: FastifyInstance;
  readonly verifier: TokenVerifier;
  readonly mint: () => string;
  /** How many the verifier would tell. */
  readonly watchers: () => number;
}

async function setUp(t: Test): Promise<World> {
  const google = await startGoogle(t);
  const verifier = createTokenVerifier({ audience: clientId, endpoints: google.url });
  t.teardown(() => verifier.close());
  const app = makeApp(t, { forceCloseConnections: true });
  await app.register(googleBearer, { verifier });
  return {
    app,
    verifier,
    mint: () => google.mintToken(),
    watchers: () => verifier.stats().revocations.watchers,
  };
}

const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` });

/** A route whose answer goes on until the access ends. */
function addStream(app: FastifyInstance): void {
  app.get('/stream', ({ accessSignal }, reply) => {
    const stream = new PassThrough();
    accessSignal.addEventListener('abort', () => stream.end(`ended: ${accessSignal.reason.code}`));
    stream.write('open ');
    return reply.send(stream);
  });
}

/** Asks, and waits for the head of the answer. */
async function open(url: string, options: RequestOptions): Promise<IncomingMessage> {
  const [response]: IncomingMessage[] = await once(get(url, options), 'response');
  if (response === undefined) throw new Error('no response');
  return response.setEncoding('utf8');
}

async function read(response: AsyncIterable<unknown>): Promise<string> {
  let text = '';
  for await (const chunk of response) text += chunk;
  return text;
}

test('it aborts when the token is revoked, and its reason is what the next request gets', async (t) => {
  const { app, verifier, mint, watchers } = await setUp(t);
  addStream(app);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const token = mint();
  const one = await open(`${url}/stream`, { headers: bearer(token) });
  const other = await open(`${url}/stream`, { headers: bearer(mint()) });
  t.equal(watchers(), 2);
  await verifier.revokeToken(token);
  t.equal(await read(one), 'open ended: ERR_TOKEN_REVOKED');
  t.equal((await app.inject({ url: '/stream', headers: bearer(token) })).json().code, 'ERR_TOKEN_REVOKED');
  t.equal(watchers(), 1, 'another token goes on');
  await verifier.close();
  t.equal(await read(other), 'open ended: ERR_REVOCATIONS_STALE');
});

test('it aborts when the token expires', async (t) => {
  const google = await startGoogle(t);
  const app = makeApp(t);
  await app.register(googleBearer, { audience: clientId, endpoints: google.url });
  addStream(app);
  const answer = app.inject({ url: '/stream', headers: bearer(google.mintToken({ lifetimeS: 6 })) });
  t.equal((await answer).body, 'open ended: ERR_TOKEN_EXPIRED');
});

test('nothing is watched for requests that do not ask for it', async (t) => {
  const { app, mint, watchers } = await setUp(t);
  const during: number[] = [];
  app.get('/', () => {
    during.push(watchers());
    return 'done';
  });
  t.equal((await app.inject({ url: '/', headers: bearer(mint()) })).statusCode, 200);
  t.strictSame(during, [0]);
});

test('a request has one signal, and the watch ends with the answer, also over a connection that is kept alive', async (t) => {
  const { app, mint, watchers } = await setUp(t);
  const during: number[] = [];
  let signals: AbortSignal[] = [];
  app.get('/', async (request) => {
    signals = [request.accessSignal, request.accessSignal];
    during.push(watchers());
    return 'done';
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.teardown(() => agent.destroy());
  const headers = bearer(mint());
  const ports = new Set<number | undefined>();
  for (let count = 0; count < 20; count++) {
    const response = await open(url, { agent, headers });
    ports.add(response.socket.localPort);
    t.equal(await read(response), 'done');
    await eventually('nobody watches', () => watchers() === 0);
  }
  t.equal(ports.size, 1);
  t.strictSame(
    during,
    Array.from({ length: 20 }, () => 1),
  );
  t.equal(signals[0], signals[1]);
  t.equal(signals[0]?.aborted, false);
});

test('the watch ends when the client leaves', async (t) => {
  const { app, mint, watchers } = await setUp(t);
  addStream(app);
  app.get('/hijacked', (request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200).write(String(request.accessSignal.aborted));
  });
  app.get('/silent', (request, reply) => void (request.accessSignal.aborted && reply.send()));
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  for (const path of ['/stream', '/hijacked']) {
    const responses = await Promise.all(
      Array.from({ length: 20 }, () => open(url + path, { agent: false, headers: bearer(mint()) })),
    );
    t.equal(watchers(), 20, path);
    for (const response of responses) response.destroy();
    await eventually('nobody watches', () => watchers() === 0);
  }
  const waiting = send(`${url}/silent`, { agent: false, headers: bearer(mint()) });
  waiting.on('error', () => undefined).end();
  await eventually('it watches', () => watchers() === 1);
  waiting.destroy();
  await eventually('nobody watches', () => watchers() === 0);
});

test('who asks when the client has left gets a signal that watches nothing', async (t) => {
  const { app, mint, watchers } = await setUp(t);
  const left = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<AbortSignal>();
  app.get('/', async (request) => {
    await left.promise;
    asked.resolve(request.accessSignal);
    return 'nobody reads this';
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const arrived = Promise.withResolvers<void>();
  app.server.once('request', (_request, response) => {
    arrived.resolve();
    response.once('close', left.resolve);
  });
  const leaving = send(url, { headers: bearer(mint()) });
  leaving.on('error', () => undefined).end();
  await arrived.promise;
  leaving.destroy();
  t.equal((await asked.promise).aborted, false);
  t.equal(watchers(), 0);
});

test('HTTP/2: a stream ends, and the others of its connection go on', async (t) => {
  const google = await startGoogle(t);
  const verifier = createTokenVerifier({ audience: clientId, endpoints: google.url });
  t.teardown(() => verifier.close());
  const watchers = (): number => verifier.stats().revocations.watchers;
  const app = Fastify({ http2: true, forceCloseConnections: true });
  t.teardown(() => app.close());
  await app.register(googleBearer, { verifier });
  app.get('/stream', (request, reply) => {
    const { accessSignal } = request;
    const stream = new PassThrough();
    accessSignal.addEventListener('abort', () => stream.end(`ended: ${accessSignal.reason.code}`));
    stream.write('open ');
    return reply.send(stream);
  });
  app.get('/short', ({ accessSignal }) => `${accessSignal.aborted}`);
  const session = connect(await app.listen({ host: '127.0.0.1', port: 0 }));
  t.teardown(() => session.destroy());
  const ask = (path: string, token: string) =>
    session.request({ ':path': path, authorization: `Bearer ${token}` }).setEncoding('utf8');
  const token = google.mintToken();
  const revoked = ask('/stream', token);
  const left = ask('/stream', google.mintToken());
  await Promise.all([once(revoked, 'response'), once(left, 'response')]);
  t.equal(await read(ask('/short', google.mintToken())), 'false');
  await eventually('two are open', () => watchers() === 2);
  await verifier.revokeToken(token);
  t.equal(await read(revoked), 'open ended: ERR_TOKEN_REVOKED');
  t.equal(watchers(), 1);
  left.close();
  await eventually('nobody watches', () => watchers() === 0);
});

test('inject: it aborts, and the watch ends with the answer', async (t) => {
  const { app, verifier, mint, watchers } = await setUp(t);
  addStream(app);
  app.get('/short', ({ accessSignal }) => `${accessSignal.aborted}`);
  t.equal((await app.inject({ url: '/short', headers: bearer(mint()) })).body, 'false');
  await eventually('nobody watches', () => watchers() === 0);
  const token = mint();
  const answer = app.inject({ url: '/stream', headers: bearer(token) }).then(({ body }) => body);
  await eventually('it is open', () => watchers() === 1);
  await verifier.revokeToken(token);
  t.equal(await answer, 'open ended: ERR_TOKEN_REVOKED');
});

test('without a principal it never aborts', async (t) => {
  const { app, verifier, mint, watchers } = await setUp(t);
  const seen: AbortSignal[] = [];
  const handler = ({ accessSignal }: FastifyRequest): string => {
    seen.push(accessSignal);
    return `${watchers()}`;
  };
  app.get('/public', { config: { googleBearer: false } }, handler);
  app.get('/optional', { config: { googleBearer: 'optional' } }, handler);
  app.get('/optional-bearer', { config: { googleBearer: 'optional-bearer' } }, handler);
  app.options('/preflight', (request) => handler(request));
  app.setNotFoundHandler(handler);
  const preflight = { origin: 'https://a.example', 'access-control-request-method': 'GET' };
  t.equal((await app.inject({ url: '/public', headers: bearer(mint()) })).body, '0');
  t.equal((await app.inject('/optional')).body, '0');
  t.equal((await app.inject({ url: '/optional-bearer', headers: { authorization: 'Basic YTpi' } })).body, '0');
  t.equal((await app.inject({ method: 'OPTIONS', url: '/preflight', headers: preflight })).body, '0');
  t.equal((await app.inject('/nowhere')).body, '0');
  t.equal((await app.inject({ url: '/optional', headers: bearer(mint()) })).body, '1', 'one that was sent is watched');
  await verifier.revokeEveryone();
  await verifier.close();
  t.equal(new Set(seen).size, 6);
  t.equal(seen.filter(({ aborted }) => aborted).length, 0);
});

test('a hook that asks before the token is judged makes a mistake', async (t) => {
  const google = await startGoogle(t);
  const app = makeApp(t);
  app.addHook('onRequest', async (request) => {
    if (request.url !== '/fine') t.equal(request.accessSignal.aborted, false);
  });
  await app.register(googleBearer, { audience: clientId, endpoints: google.url });
  app.get('/early', () => 'in');
  app.get('/optional', { config: { googleBearer: 'optional' } }, () => 'in');
  app.get('/public', { config: { googleBearer: false } }, () => 'in');
  const headers = bearer(google.mintToken());
  t.equal((await app.inject({ url: '/early', headers })).statusCode, 500);
  t.equal((await app.inject({ url: '/optional', headers })).statusCode, 500);
  t.equal((await app.inject({ url: '/public', headers })).statusCode, 200);
  t.match(app.lines.join(''), /accessSignal: GET \/early: googleBearer has not judged the token yet/);
});

test('a second look changes nothing about it', async (t) => {
  const { app, verifier, mint, watchers } = await setUp(t);
  let first: AbortSignal | undefined;
  app.addHook('onRequest', async (request) => {
    first = request.accessSignal;
  });
  app.post('/', { config: { googleBearer: { maxAgeMs: 0 } } }, async (request) => {
    const before = requirePrincipal(request);
    // Google's word is replaced by a newer one.
    await verifier.verify(token, { maxAgeMs: 0 });
    await reverify(request);
    t.not(requirePrincipal(request), before);
    t.equal(request.accessSignal, first);
    t.equal(watchers(), 1);
    await verifier.revokeToken(token);
    await eventually('it has aborted', () => request.accessSignal.aborted);
    return 'done';
  });
  const token = mint();
  t.equal((await app.inject({ method: 'POST', url: '/', headers: bearer(token), payload: { a: 1 } })).body, 'done');
});

test('a token that is revoked between the look and the first use', async (t) => {
  const { app, verifier, mint } = await setUp(t);
  app.addHook('preHandler', async () => verifier.revokeToken(token));
  addStream(app);
  const token = mint();
  t.equal((await app.inject({ url: '/stream', headers: bearer(token) })).body, 'open ended: ERR_TOKEN_REVOKED');
});

test('each scope asks its own verifier', async (t) => {
  const { app, verifier, mint, watchers } = await setUp(t);
  const google = await startGoogle(t);
  const inner = createTokenVerifier({ audience: clientId, endpoints: google.url });
  t.teardown(() => inner.close());
  const aborted: string[] = [];
  const wait =
    (name: string) =>
    ({ accessSignal }: FastifyRequest) =>
      once(accessSignal, 'abort').then(() => aborted.push(name));
  app.get('/outer', wait('outer'));
  await app.register(async (scope) => {
    await scope.register(googleBearer, { verifier: inner });
    scope.get('/inner', wait('inner'));
  });
  const answers = [
    app.inject({ url: '/outer', headers: bearer(mint()) }),
    app.inject({ url: '/inner', headers: bearer(google.mintToken()) }),
  ];
  await eventually('both wait', () => watchers() === 1 && inner.stats().revocations.watchers === 1);
  await inner.revokeEveryone();
  await answers[1];
  t.strictSame(aborted, ['inner']);
  await verifier.revokeEveryone();
  await Promise.all(answers);
  t.strictSame(aborted, ['inner', 'outer']);
});

test('nothing is kept of connections that have come and gone', async (t) => {
  const { app, mint, watchers } = await setUp(t);
  app.get('/', ({ accessSignal }, reply) => reply.send(Readable.from([String(accessSignal.aborted)])));
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  t.teardown(() => agent.destroy());
  const headers = bearer(mint());
  for (let round = 0; round < 20; round++) {
    await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const response = await open(url, { agent, headers });
        if (index % 5 === 0) response.destroy();
        else await read(response);
      }),
    );
  }
  await eventually('nobody watches', () => watchers() === 0);
  const sockets = new Set<number>();
  for (let count = 0; count < 8; count++) {
    const response = await open(url, { agent, headers });
    sockets.add(response.socket.listenerCount('close'));
    await read(response);
  }
  t.ok(Math.max(...sockets) < 10);
});
