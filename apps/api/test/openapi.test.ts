import { Validator } from '@seriousme/openapi-schema-validator';
import type { LightMyRequestResponse } from 'fastify';
import t from 'tap';
import { startApi } from './support/api.ts';

type Body = Readonly<Record<string, unknown>>;

interface Operation {
  readonly requestBody?: {
    readonly content: Readonly<
      Record<
        string,
        { readonly example?: Body; readonly examples?: Readonly<Record<string, { readonly value: Body }>> }
      >
    >;
  };
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly responses: Readonly<Record<string, unknown>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Partial<Record<'get' | 'post' | 'delete', Operation>>>>>;
  readonly components: { readonly securitySchemes: Readonly<Record<string, object>> };
}

t.test('the description is valid OpenAPI, complete, and says who may call what', async (t) => {
  const { app } = await startApi(t);
  const response = await app.inject('/openapi.json');
  const document = response.json<Document>();
  const { valid, errors } = await new Validator().validate(response.json());
  t.ok(valid, JSON.stringify(errors));

  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
  );
  const security = Object.fromEntries(operations.map(({ name, operation }) => [name, operation.security]));
  const calendar = 'https://www.googleapis.com/auth/calendar.readonly';
  const either = (...scopes: string[]): object[] => [{ google: scopes }, { accessToken: scopes }];
  t.strictSame(security, {
    'POST /api/user': either('email'),
    'GET /api/user': either(),
    'DELETE /api/user': either(),
    'DELETE /api/token': either(),
    'DELETE /api/tokens': either(),
    'GET /api/events': either(),
    'GET /api/calendar/events': either(calendar),
    'GET /admin/revocations': either(),
    'POST /admin/revocations': either(),
    'GET /healthz': undefined,
    'GET /readyz': undefined,
    'GET /metrics': undefined,
  });
  t.match(document.components.securitySchemes, {
    google: { type: 'openIdConnect' },
    accessToken: { type: 'http', scheme: 'bearer' },
  });
  for (const { name, operation } of operations.filter(({ operation }) => operation.security)) {
    const statuses = Object.keys(operation.responses);
    for (const status of ['400', '401', '429', '503']) t.ok(statuses.includes(status), `${name} ${status}`);
  }
  t.strictSame(Object.keys(document.paths['/api/user']?.post?.responses ?? {}), [
    ...['200', '201', '400', '401', '403', '413', '415', '429', '503'],
  ]);
});

t.test('the example of each body is one that the route takes', async (t) => {
  const { app, as, google } = await startApi(t);
  const document = (await app.inject('/openapi.json')).json<Document>();
  for (const path of ['/api/user', '/admin/revocations']) {
    const media = document.paths[path]?.post?.requestBody?.content['application/json'];
    const bodies = [media?.example, ...Object.values(media?.examples ?? {}).map(({ value }) => value)].filter(
      (body) => body !== undefined,
    );
    t.ok(bodies.length > 0, path);
    for (const payload of bodies) {
      // Each with a token of its own: one of the examples signs everybody out.
      const { statusCode } = await as(google.mintToken(), { method: 'POST', url: path, payload });
      t.equal(statusCode, 201, `${path} ${JSON.stringify(payload)}`);
    }
  }
});

t.test('with the emulator a fresh token is one click away, for a browser on this machine', async (t) => {
  const { app, as } = await startApi(t);
  const page = await app.inject('/docs/');
  for (const file of ['fresh-token.js', 'fresh-token.css']) t.match(page.body, `/theme/${file}`);
  const ask = (admin: boolean, headers = {}, remoteAddress = '127.0.0.1'): Promise<LightMyRequestResponse> =>
    app.inject({ method: 'POST', url: '/docs/fresh-token', payload: { admin }, remoteAddress, headers });
  const tokenOf = async (admin: boolean): Promise<string> => (await ask(admin)).json().accessToken;
  const [user, admin] = [await tokenOf(false), await tokenOf(true)];
  t.equal((await as(user, { url: '/api/calendar/events' })).statusCode, 200, 'every route can be tried');
  t.equal((await as(admin, { url: '/admin/revocations' })).statusCode, 200);
  const own = { host: 'localhost:4000', origin: 'http://localhost:4000' };
  t.equal((await ask(false, own)).statusCode, 200);
  t.equal((await ask(false, own, '::1')).statusCode, 200);
  for (const [name, headers, address] of [
    ['another machine', {}, '192.0.2.1'],
    ['a name that somebody gave this address', { host: 'rebound.example.com:4000' }, '127.0.0.1'],
    ['another site', { ...own, origin: 'http://localhost:3000' }, '127.0.0.1'],
    ['a page without an origin', { ...own, origin: 'null' }, '127.0.0.1'],
  ] as const) {
    t.equal((await ask(false, headers, address)).statusCode, 404, name);
  }
});

t.test('with the real Google nobody gets a token', async (t) => {
  const { app } = await startApi(t, { GOOGLE_EMULATOR_URL: '' });
  t.equal((await app.inject({ method: 'POST', url: '/docs/fresh-token', payload: { admin: false } })).statusCode, 404);
  t.notMatch((await app.inject('/docs/')).body, 'fresh-token');
});

t.test('the page for people brings everything along', async (t) => {
  const { app } = await startApi(t);
  const page = await app.inject('/docs/');
  t.match(page.headers['content-type'], /^text\/html/);
  t.notMatch(page.body, /(src|href)="(https?:)?\/\//, 'nothing comes from another host');
  t.match(page.headers['content-security-policy'], /default-src 'self'/);
  for (const [, file = ''] of page.body.matchAll(/(?:src|href)="\.\/(static\/[^"]+)"/g)) {
    t.equal((await app.inject(`/docs/${file}`)).statusCode, 200, file);
  }
});
