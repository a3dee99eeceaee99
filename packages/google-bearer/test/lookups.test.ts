import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { test } from 'tap';
import { createTokenVerifier, TokenRefusedError } from '../src/index.ts';
import { assertUnavailable, failure, good, TOKEN } from './fixtures/outcomes.ts';
import { AUDIENCE, outages, refusals, user } from './fixtures/tokeninfo-bodies.ts';
import { answer, type Handler } from './fixtures/upstream.ts';
import { setUp } from './fixtures/verifier.ts';

/** Answers with each handler in turn, the last one from then on. */
function inTurn(...handlers: Handler[]): Handler {
  let next = 0;
  return (request, response) => handlers[Math.min(next++, handlers.length - 1)]?.(request, response);
}

test('sends the token in the header of a POST, and in no URL', async (t) => {
  const { verifier, upstream } = await setUp(t, {}, (request, response) => {
    t.equal(request.method, 'POST');
    t.equal(request.url, '/tokeninfo');
    t.equal(request.headers['content-length'] ?? '0', '0');
    good(request, response);
  });
  await verifier.verify(TOKEN);
  t.same(upstream.seen, [`Bearer ${TOKEN}`]);
});

for (const { name, status, body } of refusals) {
  test(`remembers a no: ${name}`, async (t) => {
    const { verifier, upstream } = await setUp(t, {}, answer(status, body));
    for (const _ of [1, 2]) {
      const error = await failure(verifier.verify(TOKEN));
      t.ok(error instanceof TokenRefusedError);
      t.match(error, { code: 'ERR_TOKEN_INVALID', statusCode: 401, challenge: { error: 'invalid_token' } });
    }
    t.equal(upstream.seen.length, 1);
  });
}

for (const { name, status, body } of outages) {
  test(`never remembers an outage: ${name} (${status})`, async (t) => {
    const { verifier, upstream } = await setUp(t, {}, answer(status, body));
    assertUnavailable(t, await failure(verifier.verify(TOKEN)));
    t.equal(verifier.peek(TOKEN), undefined);
    upstream.handler = good;
    t.ok(await verifier.verify(TOKEN));
  });
}

test('a short failure is not noticed: one more attempt is made, and one only', async (t) => {
  const { verifier, upstream } = await setUp(t, {}, inTurn(answer(503, {}), good));
  t.ok(await verifier.verify(TOKEN));
  t.equal(upstream.seen.length, 2);
  t.equal(verifier.stats().lookups.retried, 1);

  upstream.handler = answer(503, {});
  assertUnavailable(t, await failure(verifier.verify('ya29.other')));
  t.equal(upstream.seen.length, 4);
});

test('a refusal is not asked about twice', async (t) => {
  const { verifier, upstream } = await setUp(t, {}, answer(400, { error: 'invalid_token' }));
  await t.rejects(verifier.verify(TOKEN), { code: 'ERR_TOKEN_INVALID' });
  t.equal(upstream.seen.length, 1);
});

test('a connection that breaks is an outage, and is tried once more', async (t) => {
  const { verifier, upstream } = await setUp(t, {}, (request) => request.socket.destroy());
  assertUnavailable(t, await failure(verifier.verify(TOKEN)));
  t.equal(upstream.seen.length, 2);
});

test('a reply cut short in the middle is an outage', async (t) => {
  const { verifier } = await setUp(t, {}, (_request, response) => {
    response.writeHead(400, { 'content-type': 'application/json', 'content-length': '500' });
    // What has come would be a refusal if it were all.
    response.write('{"error":"invalid_token"}');
    response.socket?.end();
  });
  assertUnavailable(t, await failure(verifier.verify(TOKEN)));
});

test('a reply that does not end is cut off', async (t) => {
  const { verifier } = await setUp(t, {}, (_request, response) => {
    response.writeHead(200);
    const more = () => {
      while (!response.destroyed && response.write(' '.repeat(16_384)));
      response.once('drain', more);
    };
    more();
  });
  const error = await failure(verifier.verify(TOKEN));
  assertUnavailable(t, error);
  t.match(error.cause, { message: 'tokeninfo cannot be reached: ERR_REPLY_TOO_LONG' });
});

test('a reply may come in pieces, and after an interim one', async (t) => {
  const { verifier } = await setUp(t, {}, (_request, response) => {
    const body = JSON.stringify(user());
    response.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' });
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write(body.slice(0, 50), () => setImmediate(() => response.end(body.slice(50))));
  });
  t.equal((await verifier.verify(TOKEN)).email, user().email);
});

test('a redirect is not followed', async (t) => {
  const elsewhere = await setUp(t);
  const { verifier } = await setUp(t, {}, answer(302, '', { location: `${elsewhere.upstream.url}/tokeninfo` }));
  assertUnavailable(t, await failure(verifier.verify(TOKEN)));
  t.same(elsewhere.upstream.seen, []);
});

// Far from that second, so that it only fires when there is no deadline.
test('a host that hangs is given up at the deadline', { timeout: 10_000 }, async (t) => {
  for (const handler of [
    () => undefined,
    // Headers come, the body does not.
    ((_request, response) => void response.writeHead(200).flushHeaders()) satisfies Handler,
  ]) {
    const { verifier, upstream } = await setUp(t, { timeoutMs: 1000 }, handler);
    const error = await failure(verifier.verify(TOKEN));
    assertUnavailable(t, error);
    t.match(error.cause, { message: 'tokeninfo did not answer in time' });
    t.equal(upstream.seen.length, 1, 'the deadline is over both attempts');
  }
});

// undici alone would wait for 10 s.
test('a connection that does not come about is given up too', { timeout: 8000 }, async (t) => {
  // Takes the connection, and never answers the TLS handshake.
  const server = createServer().listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await once(server, 'listening');
  const connected = once(server, 'connection');
  await using verifier = createTokenVerifier({
    audience: AUDIENCE,
    endpoints: `https://127.0.0.1:${portOf(server)}`,
    timeoutMs: 200,
  });
  assertUnavailable(t, await failure(verifier.verify(TOKEN)));
  const [socket] = await connected;
  socket.on('error', () => undefined).resume();
  await once(socket, 'close');
});

test('a host that takes no connection is an outage', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  await using verifier = createTokenVerifier({ audience: AUDIENCE, endpoints: `http://127.0.0.1:${port}` });
  const error = await failure(verifier.verify(TOKEN));
  assertUnavailable(t, error);
  t.match(error.cause, { message: `tokeninfo cannot be reached: ECONNREFUSED at 127.0.0.1:${port}` });
});

test('a host that does not exist is an outage', async (t) => {
  await using verifier = createTokenVerifier({ audience: AUDIENCE, endpoints: 'https://tokeninfo.invalid' });
  assertUnavailable(t, await failure(verifier.verify(TOKEN)));
});

test('Retry-After', async (t) => {
  await t.test('is waited for when there is time', async (t) => {
    const { verifier, upstream } = await setUp(t, {}, inTurn(answer(429, '', { 'retry-after': '1' }), good));
    const before = Date.now();
    t.ok(await verifier.verify(TOKEN));
    t.ok(Date.now() - before >= 990);
    t.equal(upstream.seen.length, 2);
  });

  await t.test('is passed on when there is not, and spares the host for every token', async (t) => {
    const { verifier, upstream } = await setUp(t, {}, answer(503, '', { 'retry-after': '30' }));
    const error = await failure(verifier.verify(TOKEN));
    assertUnavailable(t, error);
    t.equal(error.retryAfterS, 30);
    upstream.handler = good;
    const other = await failure(verifier.verify('ya29.other'));
    assertUnavailable(t, other);
    t.ok(other.retryAfterS > 25);
    t.equal(upstream.seen.length, 1);
  });

  await t.test('is held to a minute', async (t) => {
    const { verifier } = await setUp(t, {}, answer(503, '', { 'retry-after': '86400' }));
    const error = await failure(verifier.verify(TOKEN));
    assertUnavailable(t, error);
    t.equal(error.retryAfterS, 60);
  });
});

test('an ID token is refused without a lookup', async (t) => {
  const { verifier, upstream } = await setUp(t);
  const idToken = `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.e30.c2ln`;
  await t.rejects(verifier.verify(idToken), { code: 'ERR_TOKEN_IS_ID_TOKEN', statusCode: 401 });
  await t.rejects(verifier.verify('no token'), { code: 'ERR_TOKEN_MALFORMED', statusCode: 400 });
  t.same(upstream.seen, []);
});

function portOf(server: Server): number | undefined {
  const address = server.address();
  return typeof address === 'object' ? address?.port : undefined;
}
