import type { FastifyInstance } from 'fastify';
import { test } from 'tap';
import { googleBearer } from '../src/index.ts';
import { fakeVerifier, makeApp } from './kit.ts';

const headers = { origin: 'http://localhost:3000', 'access-control-request-method': 'GET' };
const handler = (): string => 'in';

/** Ways to declare `/`. */
const forOptionsAlone: Record<string, (app: FastifyInstance) => unknown> = {
  'app.options': (app) => app.options('/', handler),
  'a method': (app) => app.route({ method: 'OPTIONS', url: '/', handler }),
  'a method in small letters': (app) => app.route({ method: 'options', url: '/', handler }),
  'a list of one': (app) => app.route({ method: ['OPTIONS'], url: '/', handler }),
  'a list of one, in small letters': (app) => app.route({ method: ['options'], url: '/', handler }),
  'a wildcard': (app) => app.options('*', handler),
  'a wildcard in a list': (app) => app.route({ method: ['OPTIONS'], url: '/*', handler }),
  'an empty config': (app) => app.options('/', { config: {} }, handler),
  'a child scope': (app) => app.register(async (child) => child.options('/', handler)),
};

const forMore: Record<string, (app: FastifyInstance) => unknown> = {
  'app.all': (app) => app.all('/', handler),
  'a list of two': (app) => app.route({ method: ['OPTIONS', 'GET'], url: '/', handler }),
  'a list of two, the other way': (app) => app.route({ method: ['POST', 'OPTIONS'], url: '/', handler }),
  'OPTIONS alone, declared': (app) => app.options('/', { config: { googleBearer: { scopes: [] } } }, handler),
  'a list of one, declared': (app) =>
    app.route({ method: ['OPTIONS'], url: '/', config: { googleBearer: { scopes: [] } }, handler }),
};

for (const order of ['after the plugin', 'before the plugin']) {
  for (const [ways, status] of [
    [forOptionsAlone, 200],
    [forMore, 401],
  ] as const) {
    for (const [way, declare] of Object.entries(ways)) {
      test(`a preflight of a route declared ${order} by ${way}: ${status}`, async (t) => {
        const app = makeApp(t);
        if (order === 'before the plugin') declare(app);
        await app.register(googleBearer, { verifier: fakeVerifier({}) });
        if (order === 'after the plugin') declare(app);
        t.equal((await app.inject({ method: 'OPTIONS', url: '/', headers })).statusCode, status);
        t.equal((await app.inject({ method: 'OPTIONS', url: '/' })).statusCode, 401, 'no preflight');
      });
    }
  }
}
