import { once } from 'node:events';
import { connect } from 'node:net';
import { eventually } from '@google-bearer/test-kit/eventually';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RetryLaterError } from 'google-bearer';
import { test } from 'tap';
import { googleBearer } from '../src/index.ts';
import { fakeVerifier, linesAbout, makeApp } from './kit.ts';

type Handler = (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => unknown;
type Place = (
  app: FastifyInstance,
  handler: Handler,
  plugin: (scope: FastifyInstance) => Promise<unknown>,
) => Promise<unknown>;

const route = () => 'in';

/** Where an error handler can be. */
const places: Record<string, Place> = {
  async 'the app, before the plugin'(app, handler, plugin) {
    app.setErrorHandler(handler);
    await plugin(app);
    app.get('/', route);
  },
  async 'the app, after the plugin'(app, handler, plugin) {
    await plugin(app);
    app.get('/', route);
    app.setErrorHandler(handler);
  },
  async 'the scope'(app, handler, plugin) {
    await app.register(async (scope) => {
      scope.setErrorHandler(handler);
      await plugin(scope);
      scope.get('/', route);
    });
  },
  async 'a child scope'(app, handler, plugin) {
    await plugin(app);
    await app.register(async (scope) => {
      scope.setErrorHandler(handler);
      scope.get('/', route);
    });
  },
  async 'the app, with the route in a child scope'(app, handler, plugin) {
    app.setErrorHandler(handler);
    await plugin(app);
    await app.register(async (scope) => scope.get('/', route));
  },
  async 'the route'(app, handler, plugin) {
    await plugin(app);
    app.get('/', { errorHandler: handler }, route);
  },
  async 'a route that was declared before the plugin'(app, handler, plugin) {
    app.get('/', { errorHandler: handler }, route);
    await plugin(app);
  },
  async 'the app and the route'(app, handler, plugin) {
    app.setErrorHandler(handler);
    await plugin(app);
    app.get('/', { errorHandler: handler }, route);
  },
  async nowhere(app, _handler, plugin) {
    await plugin(app);
    app.get('/', route);
  },
  async 'nowhere, with the route declared before the plugin'(app, _handler, plugin) {
    app.get('/', route);
    await plugin(app);
  },
};

/** What an error handler can do. */
const handlers: Record<string, Handler> = {
  'replies by itself': (error, _request, reply) => reply.send({ code: error.code }),
  'replies later': async (error) => {
    await new Promise((resolve) => setImmediate(resolve));
    return { code: error.code };
  },
  'sends the error on': (error, _request, reply) => reply.send(error),
  'throws it': (error) => {
    throw error;
  },
  'is named as Fastify names its own': function defaultErrorHandler(error, _request, reply) {
    return reply.send({ code: error.code });
  },
  'logs it by itself': (error, _request, reply) => {
    reply.log.info({ err: error }, 'refused');
    return reply.send({ code: error.code });
  },
  'logs it by itself, as a warning': (error, request, reply) => {
    request.log.warn({ err: error }, 'refused');
    return reply.send({ code: error.code });
  },
  'takes the reply away from Fastify': (_error, _request, reply) => {
    reply.hijack();
    reply.raw.writeHead(reply.statusCode, { 'content-type': 'application/json' });
    reply.raw.end('{"code":"-"}');
  },
};

const stale = new RetryLaterError('ERR_REVOCATIONS_STALE');

test('a refusal leaves one line in the log, wherever the error handler is and whatever it does', async (t) => {
  for (const [place, setUp] of Object.entries(places)) {
    for (const [doing, handler] of Object.entries(handlers)) {
      const app = makeApp(t);
      const peek = (): never => {
        throw stale;
      };
      await setUp(app, handler, async (scope) => scope.register(googleBearer, { verifier: fakeVerifier({ peek }) }));
      const name = `in ${place}, it ${doing}`;

      t.equal((await app.inject('/')).statusCode, 401, name);
      await eventually('the line', () => linesAbout(app).length > 0);
      t.match(
        linesAbout(app),
        [{ level: doing.endsWith('as a warning') && !place.startsWith('nowhere') ? 40 : 30 }],
        name,
      );
      t.equal(linesAbout(app).length, 1, name);
      app.lines.length = 0;

      t.equal((await app.inject({ url: '/', headers: { authorization: 'Bearer a' } })).statusCode, 503, name);
      await eventually('the line', () => linesAbout(app).length > 0);
      t.equal(linesAbout(app).length, 1, name);
      if (!doing.startsWith('logs it by itself'))
        t.match(linesAbout(app), [{ level: 50, err: { code: stale.code } }], name);
    }
  }
});

test('a client that hangs up before its refusal leaves a line as well', async (t) => {
  const app = makeApp(t);
  const handling = Promise.withResolvers<void>();
  app.setErrorHandler(async () => {
    handling.resolve();
    await new Promise(() => {});
  });
  await app.register(googleBearer, { verifier: fakeVerifier({}) });
  app.get('/', route);
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await handling.promise;
  socket.destroy();
  await eventually('the line', () => linesAbout(app).length > 0);
  t.match(linesAbout(app), [{ level: 30, code: 'ERR_TOKEN_MISSING' }]);
});
