import t from 'tap';
import { startApi } from './support/api.ts';

t.test('every answer of a protected route tells where the word about its token came from, also to pages', async (t) => {
  const { app, as, google } = await startApi(t);
  const token = google.mintToken();
  const headers = { origin: 'http://localhost:3000' };
  const first = await as(token, { url: '/api/user', headers });
  t.equal(first.statusCode, 404);
  t.equal(first.headers['server-timing'], 'token;desc=google');
  t.match(first.headers['access-control-expose-headers'], /server-timing/);
  t.equal((await as(token, { url: '/api/user' })).headers['server-timing'], 'token;desc=memory');
  t.equal((await as('ya29.unknown', { url: '/api/user' })).headers['server-timing'], undefined);
  t.equal((await app.inject('/healthz')).headers['server-timing'], undefined);
});
