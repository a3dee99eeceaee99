import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createTokenVerifier } from 'google-bearer';
import { test } from 'tap';
import { googleBearer, requireAccessToken, requirePrincipal } from '../src/index.ts';
import { ada, clientId, fakeVerifier, makeApp, startGoogle } from './kit.ts';

/** What hooks do to headers, for reasons of their own; `other` is a good token of somebody else. */
const meddling: Record<string, (request: FastifyRequest, other: string) => void> = {
  'replaces all headers': (request, other) => {
    request.headers = { authorization: `Bearer ${other}` };
  },
  'takes the header away': (request) => {
    request.headers = { ...request.headers };
    delete request.raw.headers.authorization;
  },
  'changes the header': (request, other) => {
    request.raw.headers.authorization = `Bearer ${other}`;
  },
  'makes the header a text that was never judged': (request) => {
    request.headers.authorization = 'Bearer never judged';
  },
  'makes the header something else': (request) => {
    request.headers.authorization = 'Basic dXNlcjpwYXNz';
  },
};

const hooks = ['onRequest', 'preParsing', 'preValidation', 'preHandler'] as const;

function addHook(app: FastifyInstance, name: (typeof hooks)[number], meddle: (request: FastifyRequest) => void): void {
  if (name === 'preParsing') app.addHook(name, async (request) => meddle(request));
  else app.addHook(name, async (request) => meddle(request));
}

test('the principal and the access token are those of the token that was judged', async (t) => {
  const google = await startGoogle(t);
  const verifier = createTokenVerifier({ audience: clientId, endpoints: google.url });
  t.teardown(() => verifier.close());
  const [mine, other] = [google.mintToken(), google.mintToken({ user: 'grace@example.com' })];
  for (const [name, meddle] of Object.entries(meddling)) {
    for (const hook of hooks) {
      const app = makeApp(t);
      await app.register(googleBearer, { verifier });
      addHook(app, hook, (request) => meddle(request, other));
      const answer = (request: FastifyRequest) => [requirePrincipal(request).email, requireAccessToken(request)];
      app.get('/', answer);
      app.post('/', answer);
      for (const method of ['GET', 'POST'] as const) {
        const response = await app.inject({
          method,
          url: '/',
          headers: { authorization: `Bearer ${mine}` },
          ...(method === 'POST' && { payload: { some: 'body' } }),
        });
        t.strictSame(response.json(), ['ada@example.com', mine], `${hook}, ${method}: ${name}`);
      }
    }
  }
});

test('a hook before the plugin gives both the same token, or none', async (t) => {
  const google = await startGoogle(t);
  const verifier = createTokenVerifier({ audience: clientId, endpoints: google.url });
  t.teardown(() => verifier.close());
  const tokens: Record<string, string> = {
    'ada@example.com': google.mintToken(),
    'grace@example.com': google.mintToken({ user: 'grace@example.com' }),
  };
  for (const meddle of Object.values(meddling)) {
    const app = makeApp(t);
    addHook(app, 'onRequest', (request) => meddle(request, tokens['grace@example.com'] ?? ''));
    await app.register(googleBearer, { verifier });
    app.get('/', (request) => [requirePrincipal(request).email, requireAccessToken(request)]);
    const response = await app.inject({ url: '/', headers: { authorization: `Bearer ${tokens['ada@example.com']}` } });
    if (response.statusCode === 200) {
      const [email, token] = response.json();
      t.equal(token, tokens[email]);
    } else t.ok(response.statusCode === 401 || response.statusCode === 400);
  }
});

test('a principal that a hook has made up has no access token', async (t) => {
  const app = makeApp(t);
  await app.register(googleBearer, { verifier: fakeVerifier({}) });
  app.addHook('preHandler', async (request) => {
    request.principal = ada;
  });
  app.get('/', { config: { googleBearer: false } }, (request) => requireAccessToken(request));
  const response = await app.inject({ url: '/', headers: { authorization: 'Bearer not-judged' } });
  t.equal(response.statusCode, 500);
  t.notMatch(response.body, 'not-judged');
});
