import jwt from '@fastify/jwt';
import { test } from 'tap';
import { googleBearer } from '../src/index.ts';
import { clientId, makeApp, startGoogle } from './kit.ts';

test('works beside @fastify/jwt', async (t) => {
  const google = await startGoogle(t);
  const app = makeApp(t);
  await app.register(jwt, { secret: 'a secret of the app' });
  await app.register(googleBearer, { audience: clientId, endpoints: google.url });
  app.get('/google', (request) => request.principal?.email);
  app.get('/own', { config: { googleBearer: false }, onRequest: (request) => request.jwtVerify() }, (request) => [
    request.user,
    request.principal,
  ]);
  const own = { authorization: `Bearer ${app.jwt.sign({ name: 'Grace' })}` };
  const googles = { authorization: `Bearer ${google.mintToken()}` };

  t.equal((await app.inject({ url: '/google', headers: googles })).body, 'ada@example.com');
  t.equal((await app.inject({ url: '/google', headers: own })).json().code, 'ERR_TOKEN_IS_ID_TOKEN');
  t.match((await app.inject({ url: '/own', headers: own })).json(), [{ name: 'Grace' }, null]);
  t.equal((await app.inject({ url: '/own', headers: googles })).statusCode, 401);
});
