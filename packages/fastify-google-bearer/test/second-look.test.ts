import { connect } from 'node:net';
import multipart, { type MultipartFile } from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createTokenVerifier, type TokenVerifier } from 'google-bearer';
import { type Test, test } from 'tap';
import { googleBearer, requirePrincipal, reverify } from '../src/index.ts';
import { clientId, makeApp, startGoogle } from './kit.ts';

/** Reads the body in a `preValidation` hook, as plugins do for forms and signatures. */
const readBody =
  (begin: () => void) =>
  async (request: FastifyRequest): Promise<void> => {
    begin();
    let text = '';
    for await (const chunk of request.raw) text += chunk;
    request.body = text;
  };

const readFile =
  (begin: () => void) =>
  async (part: MultipartFile): Promise<void> => {
    begin();
    await part.toBuffer();
  };

/** Leaves the body to hooks. */
const parseNothing = (app: FastifyInstance): void => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
};

const act = (handled: string[]) => (request: FastifyRequest) => {
  handled.push(requirePrincipal(request).subject);
  return 'done';
};

/** Ways to set up an app whose `POST /act` reads its body between the guard's first look and the handler. */
const ways: Record<
  string,
  (app: FastifyInstance, verifier: TokenVerifier, begin: () => void, handled: string[]) => Promise<void>
> = {
  async 'an instance hook after the plugin'(app, verifier, begin, handled) {
    await app.register(googleBearer, { verifier });
    parseNothing(app);
    app.addHook('preValidation', readBody(begin));
    app.post('/act', act(handled));
  },
  async 'an instance hook after the route'(app, verifier, begin, handled) {
    await app.register(googleBearer, { verifier });
    parseNothing(app);
    app.post('/act', act(handled));
    app.addHook('preValidation', readBody(begin));
  },
  async 'a hook of a child scope'(app, verifier, begin, handled) {
    await app.register(googleBearer, { verifier });
    app.register(async (child) => {
      parseNothing(child);
      child.addHook('preValidation', readBody(begin));
      child.post('/act', act(handled));
    });
  },
  async 'a hook of the route'(app, verifier, begin, handled) {
    await app.register(googleBearer, { verifier });
    parseNothing(app);
    app.post('/act', { preValidation: readBody(begin) }, act(handled));
  },
  async 'hooks of the route'(app, verifier, begin, handled) {
    await app.register(googleBearer, { verifier });
    parseNothing(app);
    app.post('/act', { preValidation: [async () => {}, readBody(begin)] }, act(handled));
  },
  async 'a hook that another plugin adds to the route after ours'(app, verifier, begin, handled) {
    await app.register(googleBearer, { verifier });
    parseNothing(app);
    app.addHook('onRoute', (route) => {
      route.preValidation = [...[route.preValidation ?? []].flat(), readBody(begin)];
    });
    app.post('/act', act(handled));
  },
  async 'a hook of a route that was declared before the plugin'(app, verifier, begin, handled) {
    parseNothing(app);
    app.post('/act', { preValidation: readBody(begin) }, act(handled));
    await app.register(googleBearer, { verifier });
  },
  async 'an instance hook, with the route declared before the plugin'(app, verifier, begin, handled) {
    parseNothing(app);
    app.post('/act', act(handled));
    await app.register(googleBearer, { verifier });
    app.addHook('preValidation', readBody(begin));
  },
  async '@fastify/multipart after the plugin'(app, verifier, begin, handled) {
    await app.register(googleBearer, { verifier });
    await app.register(multipart, { attachFieldsToBody: true, onFile: readFile(begin) });
    app.post('/act', act(handled));
  },
  async '@fastify/multipart before the plugin'(app, verifier, begin, handled) {
    await app.register(multipart, { attachFieldsToBody: 'keyValues', onFile: readFile(begin) });
    await app.register(googleBearer, { verifier });
    app.post('/act', act(handled));
  },
  async '@fastify/multipart, with the route declared before both'(app, verifier, begin, handled) {
    app.post('/act', act(handled));
    await app.register(googleBearer, { verifier });
    await app.register(multipart, { attachFieldsToBody: true, onFile: readFile(begin) });
  },
  async 'the handler, which looks once more'(app, verifier, begin, handled) {
    await app.register(googleBearer, { verifier });
    parseNothing(app);
    app.post('/act', async (request) => {
      await readBody(begin)(request);
      await reverify(request);
      return act(handled)(request);
    });
  },
  async 'a preHandler hook, which looks once more'(app, verifier, begin, handled) {
    await app.register(googleBearer, { verifier });
    parseNothing(app);
    const preHandler = async (request: FastifyRequest): Promise<void> => {
      await readBody(begin)(request);
      await reverify(request);
    };
    app.post('/act', { preHandler }, act(handled));
  },
};

const boundary = 'b0undary';
const first = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nfirst`;
const rest = ` and last\r\n--${boundary}--\r\n`;

/** Begins an upload, and ends it when told; resolves to all that came back. */
function upload({ hostname, port }: URL, token: string): { finish(): Promise<string> } {
  const socket = connect(Number(port), hostname).setEncoding('utf8');
  const length = first.length + rest.length;
  socket.write(`POST /act HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\n`);
  socket.write(`Content-Type: multipart/form-data; boundary=${boundary}\r\nContent-Length: ${length}\r\n\r\n${first}`);
  return {
    async finish() {
      socket.write(rest);
      let answer = '';
      for await (const text of socket) answer += text;
      return answer;
    },
  };
}

async function actTwice(t: Test, setUp: (typeof ways)[string]): Promise<void> {
  const google = await startGoogle(t);
  await using verifier = createTokenVerifier({ audience: clientId, endpoints: google.url });
  const app = makeApp(t);
  const handled: string[] = [];
  let reading = Promise.withResolvers<void>();
  await setUp(app, verifier, () => reading.resolve(), handled);
  const url = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
  for (const { revoke, status } of [
    { revoke: false, status: 200 },
    { revoke: true, status: 401 },
  ]) {
    reading = Promise.withResolvers();
    const token = google.mintToken();
    const sending = upload(url, token);
    await reading.promise;
    if (revoke) await verifier.revokeToken(token);
    const answer = await sending.finish();
    t.match(answer, new RegExp(`^HTTP/1.1 ${status} `));
    t.equal(answer.includes('ERR_TOKEN_REVOKED'), revoke);
    t.equal(/www-authenticate: Bearer realm="api", error="invalid_token"/.test(answer), revoke);
  }
  t.equal(handled.length, 1);
}

test('a token that is revoked during the upload does not act, whoever reads the body', async (t) => {
  for (const [way, setUp] of Object.entries(ways)) await t.test(way, (t) => actTwice(t, setUp));
});

test('the second look comes before preHandler hooks, those that were there before the plugin too', async (t) => {
  await actTwice(t, async (app, verifier, begin, handled) => {
    parseNothing(app);
    app.addHook('preHandler', async (request) => void act(handled)(request));
    await app.register(googleBearer, { verifier });
    app.post('/act', { preValidation: readBody(begin) }, () => 'done');
  });
});

test('reverify, where there is nothing to judge', async (t) => {
  const google = await startGoogle(t);
  const app = makeApp(t);
  await app.register(googleBearer, { audience: clientId, endpoints: google.url });
  const handler = async (request: FastifyRequest): Promise<string> => {
    await reverify(request);
    return 'in';
  };
  app.get('/required', handler);
  app.get('/optional', { config: { googleBearer: 'optional' } }, handler);
  app.get('/public', { config: { googleBearer: false } }, handler);
  const headers = { authorization: `Bearer ${google.mintToken()}` };

  t.equal((await app.inject({ url: '/required', headers })).statusCode, 200);
  t.equal((await app.inject({ url: '/optional', headers })).statusCode, 200);
  t.equal((await app.inject('/optional')).statusCode, 200, 'anonymous it came, and stays so');
  const mistake = await app.inject({ url: '/public', headers });
  t.equal(mistake.statusCode, 500);
  t.equal(mistake.json().message, 'reverify: GET /public is not protected by googleBearer');

  const outside = makeApp(t);
  outside.get('/', handler);
  t.equal((await outside.inject('/')).statusCode, 500);
});
