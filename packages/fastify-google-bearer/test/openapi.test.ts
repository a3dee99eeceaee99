import swagger from '@fastify/swagger';
import { test } from 'tap';
import { googleBearer, googleSecurityScheme } from '../src/index.ts';
import { fakeVerifier, makeApp } from './kit.ts';

const calendar = 'https://www.googleapis.com/auth/calendar.readonly';
const plugin = { verifier: fakeVerifier({}), resource: 'http://localhost:4000' };
const apiKey = { type: 'apiKey', in: 'header', name: 'x-api-key' } as const;
const openapi = { openapi: { components: { securitySchemes: { google: googleSecurityScheme, apiKey } } } };

for (const order of ['before', 'after']) {
  test(`routes tell @fastify/swagger what they need, registered ${order} the plugin`, async (t) => {
    const app = makeApp(t);
    if (order === 'before') await app.register(swagger, openapi);
    await app.register(googleBearer, plugin);
    if (order === 'after') await app.register(swagger, openapi);
    const shared = { summary: 'one schema for two routes' };
    app.get('/plain', { schema: shared }, () => 'in');
    app.get('/scopes', { schema: shared, config: { googleBearer: { scopes: ['email', calendar] } } }, () => 'in');
    app.get(
      '/any-scope',
      { config: { googleBearer: { scopes: ['email'], anyScope: ['profile', 'email'] } } },
      () => 'in',
    );
    app.get('/optional', { config: { googleBearer: 'optional' } }, () => 'in');
    app.get('/public', { config: { googleBearer: false } }, () => 'in');
    app.get('/own', { schema: { security: [{ apiKey: [] }] } }, () => 'in');
    await app.ready();

    const document = JSON.parse(JSON.stringify(app.swagger()));
    t.strictSame(document.components.securitySchemes, { google: { ...googleSecurityScheme }, apiKey });
    t.strictSame(
      Object.entries<{ get: { security?: unknown } }>(document.paths).map(([path, { get }]) => [path, get.security]),
      [
        ['/plain', [{ google: [] }]],
        ['/scopes', [{ google: ['email', calendar] }]],
        ['/any-scope', [{ google: ['email', 'profile'] }, { google: ['email'] }]],
        ['/optional', [{}, { google: [] }]],
        ['/public', undefined],
        ['/own', [{ apiKey: [] }]],
      ],
    );
    t.strictSame(shared, { summary: 'one schema for two routes' });
  });
}
