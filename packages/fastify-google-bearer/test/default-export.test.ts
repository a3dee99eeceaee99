import { test } from 'tap';
import { ada, fakeVerifier, makeApp } from './kit.ts';

const options = { verifier: fakeVerifier({ peek: () => ada }) };
const headers = { authorization: 'Bearer good' };

test('an import can be registered as it is, awaited or not', async (t) => {
  const { googleBearer, default: byDefault } = await import('fastify-google-bearer');
  t.equal(byDefault, googleBearer);

  const notAwaited = makeApp(t);
  notAwaited.register(import('fastify-google-bearer'), options);
  const awaited = makeApp(t);
  // @ts-expect-error Fastify takes a module as it is, but its types only know the promise of one
  await awaited.register(await import('fastify-google-bearer'), options);

  for (const app of [notAwaited, awaited]) {
    app.get('/', (request) => request.principal?.email);
    t.equal((await app.inject('/')).statusCode, 401);
    t.equal((await app.inject({ url: '/', headers })).body, 'ada@example.com');
  }
});
