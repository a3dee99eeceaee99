import { once } from 'node:events';
import { connect } from 'node:net';
import { eventually } from '@google-bearer/test-kit/eventually';
import Fastify from 'fastify';
import t from 'tap';
import { ApiError, handleError } from '../src/errors.ts';
import { loggerOptions, QuietLogController } from '../src/logging.ts';
import { startApi } from './support/api.ts';
import { ADA, GRACE } from './support/secrets.ts';

t.test('whatever is sent and however it is refused, the log names nobody', async (t) => {
  const { app, as, google, lines } = await startApi(t);
  const token = google.mintToken();
  const secrets = [token, ADA.email, ADA.sub];
  await as(token, { method: 'POST', url: '/api/user', payload: { name: ADA.email, id: ADA.sub } });
  for (const secret of secrets) {
    await as(token, { method: 'POST', url: '/api/user', payload: { id: `${secret}x`, image: `javascript:${secret}` } });
    await as(token, { method: 'POST', url: '/api/user', payload: { name: `${secret}\u0000` } });
    const json = { 'content-type': 'application/json' };
    await as(token, { method: 'POST', url: '/api/user', headers: json, payload: `{"name":${secret}` });
    await as(token, { method: 'POST', url: '/admin/revocations', payload: { subject: secret, block: secret } });
    await as(token, { method: 'POST', url: '/admin/revocations', payload: { [secret]: true } });
    for (const url of [`/${secret}`, `/api/user?access_token=${secret}`, `/?q=${secret}`, `/%/${secret}`]) {
      await app.inject({ url, headers: { 'user-agent': secret, cookie: secret, referer: `http://x/${secret}` } });
      await as(token, { url });
    }
    await app.inject({ url: '/api/user', headers: { authorization: `Basic ${secret}` } });
    await app.inject({ url: '/api/user', headers: { authorization: `Bearer ${secret} ${secret}` } });
    await app.inject({ method: 'POST', url: '/api/user', headers: { 'content-type': secret }, payload: 'x' });
  }
  await as(token, { method: 'POST', url: '/admin/revocations', payload: { block: GRACE.sub } });
  google.faults.set({ path: '*', kind: 'reset' });
  await as(google.mintToken(), { url: '/api/user' });
  t.ok(lines.length > 50);
  t.strictSame(google.leaks(lines), []);
  for (const line of lines) t.notMatch(line, /access_token|user-agent|cookie/);
});

t.test('of a token that another application got, the log says whose it is and whose are accepted', async (t) => {
  const { as, google, lines } = await startApi(t, { GOOGLE_CLIENT_ID: 'ours.apps.googleusercontent.com' });
  await as(google.mintToken(), { url: '/api/user' });
  const said = lines.map((line) => JSON.parse(line)).filter(({ code }) => code === 'ERR_TOKEN_AUDIENCE');
  t.equal(said.length, 1);
  const expected = ['ours.apps.googleusercontent.com'];
  t.strictSame(said[0].audience, { claim: 'aud', expected, actual: google.clientId });
});

t.test('a request that is not even HTTP is not logged as it came', async (t) => {
  const { app, google, lines } = await startApi(t);
  const token = google.mintToken();
  const url = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
  const socket = connect(Number(url.port), url.hostname);
  socket.on('error', () => {});
  socket.write(
    `GET /api/user HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n bad folding\r\n\u0000: \r\n\r\n`,
  );
  socket.resume();
  await once(socket, 'close');
  await eventually('the line', () => lines.some((line) => line.includes('client error')));
  t.strictSame(google.leaks(lines), []);
});

t.test('errors are described with type, code, causes and where, without persons', async (t) => {
  const lines: string[] = [];
  const app = Fastify({
    logger: loggerOptions('trace', { write: (line) => void lines.push(line) }),
    logController: new QuietLogController(),
  });
  app.setErrorHandler(handleError);
  const secret = `ya29.${'x'.repeat(100)}`;
  app.get('/bug', () => {
    const inner = Object.assign(new SyntaxError(`unexpected ${secret} of ${ADA.email} (${ADA.sub})`), {
      rawPacket: secret,
      code: 'E_INNER',
    });
    throw Object.assign(new Error('cannot do it', { cause: inner }), { headers: { authorization: secret } });
  });
  app.get('/thrown', () => {
    throw secret;
  });
  app.get('/outage', () => {
    throw new ApiError(503, 'ERR_DATABASE_UNAVAILABLE', 'The user database is not available', { retryAfterS: 7 });
  });
  const bug = await app.inject('/bug');
  t.strictSame(bug.json(), {
    statusCode: 500,
    code: 'ERR_INTERNAL',
    error: 'Internal Server Error',
    message: 'Internal Server Error',
  });
  t.equal((await app.inject('/thrown')).statusCode, 500);
  t.equal((await app.inject('/outage')).headers['retry-after'], '7');
  const text = lines.join('');
  for (const hidden of [secret, ADA.email, ADA.sub]) t.notOk(text.includes(hidden));
  const line = lines.find((candidate) => candidate.includes('cannot do it')) ?? '{}';
  const { err, level } = JSON.parse(line);
  t.equal(level, 50);
  t.match(err, { type: 'Error', message: 'cannot do it', cause: { type: 'SyntaxError', code: 'E_INNER' } });
  t.match(err.stack, /logging\.test/);
});

t.test('authorization is redacted even when somebody logs headers', async (t) => {
  const lines: string[] = [];
  const app = Fastify({ logger: loggerOptions('info', { write: (line) => void lines.push(line) }) });
  app.log.info(
    { headers: { authorization: 'Bearer secret' }, request: { headers: { authorization: 'secret' } } },
    'oops',
  );
  t.match(lines[0], /oops/);
  t.notMatch(lines[0], /secret/);
});
