import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { setImmediate as breathe } from 'node:timers/promises';
import { inspect } from 'node:util';
import { type Test, test } from 'tap';
import { createTokenVerifier, RetryLaterError, TokenRefusedError } from '../src/index.ts';
import { AUDIENCE, outages, refusals, user } from './fixtures/tokeninfo-bodies.ts';
import { answer, type Handler } from './fixtures/upstream.ts';
import { setUp } from './fixtures/verifier.ts';

const TOKEN = 'ya29.secret-of-somebody';

const good: Handler = (request, response) => answer(200, user())(request, response);

/** Answers with each handler in turn, the last one from then on. */
function inTurn(...handlers: Handler[]): Handler {
  let next = 0;
  return (request, response) => handlers[Math.min(next++, handlers.length - 1)]?.(request, response);
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

function assertUnavailable(t: Test, error: unknown): asserts error is RetryLaterError {
  if (!(error instanceof RetryLaterError)) throw error;
  t.equal(error.code, 'ERR_TOKENINFO_UNAVAILABLE');
  t.equal(error.statusCode, 503);
  t.ok(error.retryAfterS >= 1);
  t.notMatch(inspect(error, { depth: 10, showHidden: true }), /secret-of-somebody/, 'the token is nowhere in it');
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
    response.write('{"error":"invalid_token"');
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
  assertUnavailable(t, await failure(verifier.verify(TOKEN)));
});

test('a redirect is not followed', async (t) => {
  const elsewhere = await setUp(t);
  const { verifier } = await setUp(t, {}, answer(302, '', { location: `${elsewhere.upstream.url}/tokeninfo` }));
  assertUnavailable(t, await failure(verifier.verify(TOKEN)));
  t.same(elsewhere.upstream.seen, []);
});

// Far from the 150 ms, so that it only fires when there is no deadline.
test('a host that hangs is given up at the deadline', { timeout: 10_000 }, async (t) => {
  for (const handler of [
    () => undefined,
    // Headers come, the body does not.
    ((_request, response) => void response.writeHead(200).flushHeaders()) satisfies Handler,
  ]) {
    const { verifier, upstream } = await setUp(t, { timeoutMs: 150 }, handler);
    const error = await failure(verifier.verify(TOKEN));
    assertUnavailable(t, error);
    t.match(error.cause, { message: 'tokeninfo did not answer in time' });
    t.equal(upstream.seen.length, 1, 'the deadline is over both attempts');
  }
});

test('a host that takes no connection is an outage', async (t) => {
  const server: Server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  server.close();
  await once(server, 'close');
  await using verifier = createTokenVerifier({ audience: AUDIENCE, endpoints: `http://127.0.0.1:${port}` });
  const error = await failure(verifier.verify(TOKEN));
  assertUnavailable(t, error);
  t.match(error.cause, { message: 'tokeninfo cannot be reached: ECONNREFUSED' });
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

test('1 000 concurrent first calls cost one lookup', async (t) => {
  const { verifier, upstream } = await setUp(t);
  const calls = Array.from({ length: 1000 }, () => verifier.verify(TOKEN));
  const [first, ...rest] = await Promise.all(calls);
  t.ok(rest.every((principal) => principal === first));
  t.equal(upstream.seen.length, 1);
  t.match(verifier.stats().lookups, { started: 1, joined: 999, active: 0 });
});

test('concurrent callers are judged each by their own needs', async (t) => {
  const { verifier, upstream } = await setUp(t);
  const results = await Promise.allSettled([
    verifier.verify(TOKEN, { scopes: ['email'] }),
    verifier.verify(TOKEN, { scopes: ['drive'] }),
  ]);
  t.same(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected'],
  );
  t.equal(upstream.seen.length, 1);
});

test('one caller that gives up does not hurt the others', async (t) => {
  const hold = Promise.withResolvers<void>();
  const { verifier, upstream } = await setUp(t, {}, async (request, response) => {
    await hold.promise;
    good(request, response);
  });
  const impatient = new AbortController();
  const reason = new Error('went away');
  const first = verifier.verify(TOKEN, { signal: impatient.signal });
  const second = verifier.verify(TOKEN);
  await upstream.nextRequest();
  impatient.abort(reason);
  t.equal(await failure(first), reason);
  hold.resolve();
  t.ok(await second);
  t.ok(verifier.peek(TOKEN));
  t.equal(upstream.seen.length, 1);
});

test('a lookup that everybody gave up still fills memory, and its failure hurts nobody', async (t) => {
  for (const handler of [good, answer(503, {})]) {
    const { verifier, upstream } = await setUp(t, {}, handler);
    const abandoned = failure(verifier.verify(TOKEN, { signal: AbortSignal.abort(new Error('went away')) }));
    t.match(await abandoned, { message: 'went away' });
    await verifier.close();
    t.equal(verifier.stats().cache.entries, handler === good ? 1 : 0);
    t.equal(upstream.seen.length, handler === good ? 1 : 2);
  }
});

test('an ID token is refused without a lookup', async (t) => {
  const { verifier, upstream } = await setUp(t);
  const idToken = `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.e30.c2ln`;
  await t.rejects(verifier.verify(idToken), { code: 'ERR_TOKEN_IS_ID_TOKEN', statusCode: 401 });
  await t.rejects(verifier.verify('no token'), { code: 'ERR_TOKEN_MALFORMED', statusCode: 400 });
  t.same(upstream.seen, []);
});

test('while Google is down it is spared, and found again when it is back', async (t) => {
  const { verifier, upstream } = await setUp(t, {}, answer(500, {}));
  await Promise.all(Array.from({ length: 10 }, (_, i) => failure(verifier.verify(`ya29.${i}`))));
  t.equal(verifier.stats().lookups.circuit, 'open');
  const asked = upstream.seen.length;
  const error = await failure(verifier.verify(TOKEN));
  assertUnavailable(t, error);
  t.match(error.cause, { message: /tokeninfo is down/ });
  t.equal(upstream.seen.length, asked);

  upstream.handler = good;
  const principal = await eventually(() => verifier.verify(TOKEN));
  t.ok(principal);
  t.equal(verifier.stats().lookups.circuit, 'closed');
});

for (const { outcome, handler, circuit } of [
  { outcome: 'go on when it is well', handler: good, circuit: 'closed' },
  { outcome: 'are spared when it is not', handler: answer(500, {}), circuit: 'open' },
]) {
  test(`after an outage one lookup goes first, and the others ${outcome}`, async (t) => {
    const { verifier, upstream } = await setUp(t, {}, answer(500, {}));
    await Promise.all(Array.from({ length: 10 }, (_, i) => failure(verifier.verify(`ya29.${i}`))));
    const hold = Promise.withResolvers<void>();
    upstream.handler = async (request, response) => {
      await hold.promise;
      handler(request, response);
    };
    const asked = upstream.seen.length;
    const arrived = upstream.nextRequest();
    const calls: Promise<unknown>[] = [];
    // Refused at once until the second is over.
    for (let i = 10; verifier.stats().lookups.circuit !== 'half-open'; i++) {
      calls.splice(
        0,
        1,
        verifier.verify(`ya29.${i}`).catch((error: unknown) => error),
      );
      await breathe();
    }
    for (const token of ['ya29.a', 'ya29.b']) calls.push(verifier.verify(token).catch((error: unknown) => error));
    await arrived;
    t.equal(upstream.seen.length, asked + 1);
    hold.resolve();
    const outcomes = await Promise.all(calls);
    t.equal(verifier.stats().lookups.circuit, circuit);
    if (circuit === 'closed') {
      t.equal(upstream.seen.length, asked + 3);
      return;
    }
    t.equal(upstream.seen.length, asked + 2, 'the one that went first tried twice');
    for (const outcome of outcomes) assertUnavailable(t, outcome);
  });
}

test('refusals are answers: they open no circuit', async (t) => {
  const { verifier } = await setUp(t, {}, answer(400, { error: 'invalid_token' }));
  await Promise.all(Array.from({ length: 50 }, (_, i) => failure(verifier.verify(`ya29.${i}`))));
  t.match(verifier.stats().lookups, { circuit: 'closed', refused: 50, failed: 0 });
});

test('no more than 256 lookups are under way at once, and 4 096 wait', async (t) => {
  const release = Promise.withResolvers<void>();
  const full = Promise.withResolvers<void>();
  let busy = 0;
  let most = 0;
  const { verifier, upstream } = await setUp(t, { timeoutMs: 60_000 }, async (request, response) => {
    most = Math.max(most, ++busy);
    if (busy === 256) full.resolve();
    await release.promise;
    busy--;
    good(request, response);
  });
  const calls = Array.from({ length: 256 + 4096 }, (_, i) => verifier.verify(`ya29.${i}`));
  const tooMany = await failure(verifier.verify(TOKEN));
  assertUnavailable(t, tooMany);
  t.match(tooMany.cause, { message: /too many lookups/ });
  await full.promise;
  release.resolve();
  await Promise.all(calls);
  t.equal(most, 256);
  t.equal(upstream.seen.length, 256 + 4096);
});

test('a call whose turn does not come is given up at its own deadline', { timeout: 10_000 }, async (t) => {
  const { verifier } = await setUp(t, { timeoutMs: 200 }, () => undefined);
  const calls = Array.from({ length: 300 }, (_, i) => failure(verifier.verify(`ya29.${i}`)));
  for (const error of await Promise.all(calls)) assertUnavailable(t, error);
  t.equal(verifier.stats().lookups.active, 0);
});

test('closing waits for the lookups under way', async (t) => {
  const hold = Promise.withResolvers<void>();
  const { verifier, upstream } = await setUp(t, {}, async (request, response) => {
    await hold.promise;
    good(request, response);
  });
  const call = failure(verifier.verify(TOKEN));
  await upstream.nextRequest();
  const closed = verifier.close();
  hold.resolve();
  await closed;
  t.match(await call, { code: 'ERR_REVOCATIONS_STALE' }, 'a closed verifier accepts nothing');
});

async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + 5000; ; ) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}
