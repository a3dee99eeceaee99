import { acceptedBaseUrls, plainHttpBaseUrls, refusedBaseUrls } from '@google-bearer/test-kit/base-urls';
import { test } from 'tap';
import { googleBearer } from '../src/index.ts';
import { fakeVerifier, makeApp } from './kit.ts';

const verifier = fakeVerifier({});
const wellKnown = '/.well-known/oauth-protected-resource';

const places: [resource: string, path: string, url: string][] = [
  ['https://api.example.com', wellKnown, `https://api.example.com${wellKnown}`],
  ['https://api.example.com/', wellKnown, `https://api.example.com${wellKnown}`],
  ['https://api.example.com:8443', wellKnown, `https://api.example.com:8443${wellKnown}`],
  [
    'https://api.example.com/v1/calendar',
    `${wellKnown}/v1/calendar`,
    `https://api.example.com${wellKnown}/v1/calendar`,
  ],
  ['http://127.0.0.1:4000', wellKnown, `http://127.0.0.1:4000${wellKnown}`],
  ['http://localhost:4000', wellKnown, `http://localhost:4000${wellKnown}`],
  ['http://[::1]:4000', wellKnown, `http://[::1]:4000${wellKnown}`],
];

test('the metadata are served to everybody, and challenges say where', async (t) => {
  for (const [resource, path, url] of places) {
    await t.test(resource, async (t) => {
      const app = makeApp(t);
      await app.register(googleBearer, { verifier, resource, realm: 'say "api"' });
      app.get('/', { config: { googleBearer: { scopes: ['profile', 'email'] } } }, () => 'in');
      app.get('/other', { config: { googleBearer: { scopes: ['email'], anyScope: ['openid'] } } }, () => 'in');

      const response = await app.inject(path);
      t.equal(response.statusCode, 200);
      t.match(response.headers['content-type'], 'application/json');
      t.strictSame(response.json(), {
        resource,
        authorization_servers: ['https://accounts.google.com'],
        scopes_supported: ['email', 'openid', 'profile'],
        bearer_methods_supported: ['header'],
      });
      const { headers } = await app.inject('/');
      t.equal(headers['www-authenticate'], `Bearer realm="say \\"api\\"", resource_metadata="${url}"`);
    });
  }
});

test('without scopes the metadata leave them out', async (t) => {
  const app = makeApp(t);
  await app.register(googleBearer, { verifier, resource: 'https://api.example.com' });
  t.notOk('scopes_supported' in (await app.inject(wellKnown)).json());
});

test('without a resource there are no metadata', async (t) => {
  const app = makeApp(t);
  await app.register(googleBearer, { verifier });
  t.equal((await app.inject(wellKnown)).statusCode, 404);
});

test('two resources of one host stand side by side', async (t) => {
  const app = makeApp(t);
  for (const name of ['one', 'two']) {
    app.register(async (scope) => {
      await scope.register(googleBearer, { verifier, resource: `https://api.example.com/${name}` });
      scope.get(`/${name}`, { config: { googleBearer: { scopes: [name] } } }, () => 'in');
    });
  }
  t.strictSame((await app.inject(`${wellKnown}/one`)).json().scopes_supported, ['one']);
  t.strictSame((await app.inject(`${wellKnown}/two`)).json().scopes_supported, ['two']);
});

/** What only a resource must not be: its path becomes a route. */
const unfitPaths = ['https://api.example.com/:id', 'https://api.example.com/*'];

test('a resource that cannot be one is refused', async (t) => {
  // From JavaScript, anything may come; without one there are no metadata.
  const unfit = [...refusedBaseUrls, ...plainHttpBaseUrls, ...unfitPaths].filter((resource) => resource !== undefined);
  for (const resource of unfit) {
    const app = makeApp(t);
    await t.rejects(async () => Reflect.apply(app.register, app, [googleBearer, { verifier, resource }]), {
      name: 'TypeError',
      message: /^fastify-google-bearer: resource /,
    });
  }
});

test('every base URL is a resource', async (t) => {
  // Two slashes at the end are a path that no route has.
  const fit = acceptedBaseUrls.map(({ given }) => given).filter((given) => !given.endsWith('//'));
  for (const resource of fit) {
    await t.resolves(async () => makeApp(t).register(googleBearer, { verifier, resource }), resource);
  }
});

test('under a prefix the metadata would be where nobody looks', async (t) => {
  const app = makeApp(t);
  app.register(async (scope) => scope.register(googleBearer, { verifier, resource: 'https://api.example.com' }), {
    prefix: '/api',
  });
  await t.rejects(async () => app.ready(), {
    name: 'TypeError',
    message: /^fastify-google-bearer: resource: .* without a prefix$/,
  });
});
