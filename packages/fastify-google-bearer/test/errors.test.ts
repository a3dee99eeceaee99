import type { FastifyReply, FastifyRequest } from 'fastify';
import { GoogleBearerError, RetryLaterError, TokenRefusedError } from 'google-bearer';
import { test } from 'tap';
import { googleBearer } from '../src/index.ts';
import { ada, clientId, fakeVerifier, linesAbout, makeApp, startGoogle } from './kit.ts';

const token = 'ya29.SECRET';
const headers = { authorization: `Bearer ${token}` };

/** What a verifier may throw, and the whole of what a client must see of it. */
const outcomes: { error: Error; status: number; header?: [name: string, value: string]; level: 30 | 50 }[] = [
  {
    error: new TokenRefusedError('ERR_TOKEN_REVOKED'),
    status: 401,
    header: [
      'www-authenticate',
      'Bearer realm="api", error="invalid_token", error_description="The access token has been revoked"',
    ],
    level: 30,
  },
  {
    error: new TokenRefusedError('ERR_TOKEN_SCOPE', ['email', 'https://www.googleapis.com/auth/calendar']),
    status: 403,
    header: [
      'www-authenticate',
      'Bearer realm="api", error="insufficient_scope", error_description="The access token lacks a scope that this request needs", scope="email https://www.googleapis.com/auth/calendar"',
    ],
    level: 30,
  },
  {
    error: new RetryLaterError('ERR_TOO_MANY_LOOKUPS', { retryAfterMs: 61_500 }),
    status: 429,
    header: ['retry-after', '62'],
    level: 30,
  },
  {
    error: new RetryLaterError('ERR_TOKENINFO_UNAVAILABLE', { cause: new Error('connect ECONNREFUSED') }),
    status: 503,
    header: ['retry-after', '1'],
    level: 50,
  },
  { error: new RetryLaterError('ERR_REVOCATIONS_STALE'), status: 503, header: ['retry-after', '1'], level: 50 },
  { error: new RangeError('internal detail'), status: 500, level: 50 },
  { error: new TypeError(`cannot use '${token}'`), status: 500, level: 50 },
  { error: new Error('wrapped', { cause: new Error(`Bearer ${token}`) }), status: 500, level: 50 },
  { error: Object.assign(new Error('has a status'), { statusCode: 418 }), status: 500, level: 50 },
];

const phrases: Record<number, string> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** Error handlers an app may have. All leave status and headers as they find them. */
const handlers: Record<
  string,
  ((error: unknown, request: FastifyRequest, reply: FastifyReply) => unknown) | undefined
> = {
  "Fastify's": undefined,
  'one that sends the error on': (error, _request, reply) => reply.send(error),
  'one that throws it': (error) => {
    throw error;
  },
  'one with a reply of its own': (error, _request, reply) =>
    reply.send({
      statusCode: reply.statusCode,
      ...(error instanceof GoogleBearerError && { code: error.code }),
      error: phrases[reply.statusCode],
      message: error instanceof Error ? error.message : '',
    }),
};

for (const [name, handler] of Object.entries(handlers)) {
  for (const by of ['peek', 'verify']) {
    test(`errors from ${by} reach the error handler: ${name}`, async (t) => {
      for (const { error, status, header, level } of outcomes) {
        const app = makeApp(t);
        if (handler) app.setErrorHandler(handler);
        const fail = (): never => {
          throw error;
        };
        const verifier = by === 'peek' ? fakeVerifier({ peek: fail }) : fakeVerifier({ verify: async () => fail() });
        await app.register(googleBearer, { verifier });
        app.get('/', () => 'in');

        const response = await app.inject({ url: '/', headers });
        t.equal(response.statusCode, status);
        t.strictSame(response.json(), {
          statusCode: status,
          ...(error instanceof GoogleBearerError && { code: error.code }),
          error: phrases[status],
          message: error instanceof GoogleBearerError ? error.message : 'Internal Server Error',
        });
        t.equal(response.headers['www-authenticate'], header?.[0] === 'www-authenticate' ? header[1] : undefined);
        t.equal(response.headers['retry-after'], header?.[0] === 'retry-after' ? header[1] : undefined);

        const [line, ...more] = linesAbout(app);
        t.equal(line?.level, level);
        if (name === "Fastify's") t.strictSame(more, [], 'logged once');
        const code = error instanceof GoogleBearerError ? error.code : undefined;
        if (code) t.match(app.lines.join(''), `"code":"${code}"`);
        if (error.cause instanceof Error && code) t.match(app.lines.join(''), error.cause.message);
        t.notMatch(app.lines.join('') + response.payload, token);
      }
    });
  }
}

test('the cause of an unforeseen error is one step away', async (t) => {
  const cause = new RangeError('internal detail');
  const verifiers = [
    fakeVerifier({
      peek: () => {
        throw cause;
      },
    }),
    fakeVerifier({ verify: () => Promise.reject(cause) }),
  ];
  for (const verifier of verifiers) {
    const app = makeApp(t);
    app.setErrorHandler((error, _request, reply) =>
      reply.send({ sameCause: error instanceof Error && error.cause === cause }),
    );
    await app.register(googleBearer, { verifier });
    app.get('/', () => 'in');
    t.strictSame((await app.inject({ url: '/', headers })).json(), { sameCause: true });
  }
});

test('an error handler may decide otherwise', async (t) => {
  const app = makeApp(t);
  app.setErrorHandler((_error, _request, reply) =>
    reply.code(418).header('www-authenticate', 'Bearer realm="mine"').send({ no: 'coffee' }),
  );
  await app.register(googleBearer, { verifier: fakeVerifier({}) });
  app.get('/', () => 'in');

  const response = await app.inject('/');
  t.equal(response.statusCode, 418);
  t.equal(response.headers['www-authenticate'], 'Bearer realm="mine"');
  t.strictSame(response.json(), { no: 'coffee' });
});

test('errors of google-bearer that a handler throws get their headers too', async (t) => {
  const app = makeApp(t);
  const verifier = fakeVerifier({
    peek: () => ada,
    revokeToken: async () => {
      throw new RetryLaterError('ERR_REVOCATION_NOT_STORED', { retryAfterMs: 5000 });
    },
  });
  await app.register(googleBearer, { verifier, realm: 'mine' });
  app.delete('/token', () => verifier.revokeToken(token));
  app.get('/stricter', () => {
    throw new TokenRefusedError('ERR_TOKEN_SCOPE', ['email']);
  });

  const notStored = await app.inject({ method: 'DELETE', url: '/token', headers });
  t.equal(notStored.statusCode, 503);
  t.equal(notStored.headers['retry-after'], '5');
  t.equal(notStored.json().code, 'ERR_REVOCATION_NOT_STORED');

  const stricter = await app.inject({ url: '/stricter', headers });
  t.equal(stricter.statusCode, 403);
  t.match(stricter.headers['www-authenticate'], 'Bearer realm="mine", error="insufficient_scope"');
});

test('what is thrown need not be an error', async (t) => {
  for (const thrown of [undefined, null, 'text', 7, { statusCode: 200 }]) {
    const app = makeApp(t);
    await app.register(googleBearer, { verifier: fakeVerifier({ verify: () => Promise.reject(thrown) }) });
    app.get('/', () => 'in');
    const response = await app.inject({ url: '/', headers });
    t.equal(response.statusCode, 500);
    t.equal(response.json().message, 'Internal Server Error');
  }
});

test('a status that an earlier hook has set is not that of a refusal', async (t) => {
  const app = makeApp(t);
  app.addHook('onRequest', (_request, reply, done) => {
    reply.code(202);
    done();
  });
  await app.register(googleBearer, { verifier: fakeVerifier({}) });
  app.get('/', () => 'in');
  t.equal((await app.inject('/')).statusCode, 401);
});

test('when Google is out of order, the answer is 503, and nobody is told that the token is bad', async (t) => {
  const google = await startGoogle(t);
  const app = makeApp(t);
  await app.register(googleBearer, { audience: clientId, endpoints: google.url });
  app.get('/', () => 'in');
  google.faults.set({ kind: 'status', path: '/tokeninfo', status: 503 });

  const good = { authorization: `Bearer ${google.mintToken()}` };
  const response = await app.inject({ url: '/', headers: good });
  t.equal(response.statusCode, 503);
  t.equal(response.json().code, 'ERR_TOKENINFO_UNAVAILABLE');
  t.match(response.headers['retry-after'], /^[1-9]\d*$/);
  t.equal(response.headers['www-authenticate'], undefined);
});
