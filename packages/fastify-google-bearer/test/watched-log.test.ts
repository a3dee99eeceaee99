import { eventually } from '@google-bearer/test-kit/eventually';
import Fastify, { type FastifyBaseLogger, type FastifyError, type FastifyRequest } from 'fastify';
import { test } from 'tap';
import { googleBearer } from '../src/index.ts';
import { fakeVerifier, linesAbout, makeApp } from './kit.ts';

/** How people log an error in their error handler, and the level that the line has. */
const idioms: Record<string, [(log: FastifyBaseLogger, error: FastifyError) => void, level: number]> = {
  'error(error)': [(log, error) => log.error(error), 50],
  'info(error, message)': [(log, error) => log.info(error, 'refused'), 30],
  'warn({ err })': [(log, error) => log.warn({ err: error }, 'refused'), 40],
  'warn({ error })': [(log, error) => log.warn({ error }, 'refused'), 40],
  'fatal({ err })': [(log, error) => log.fatal({ err: error }), 60],
  'a child': [(log, error) => log.child({ area: 'auth' }).warn({ err: error }, 'refused'), 40],
  'a child of a child': [(log, error) => log.child({}).child({}).error(error), 50],
};

for (const [idiom, [say, level]] of Object.entries(idioms)) {
  test(`an error handler that logs the error by ${idiom} leaves the only line`, async (t) => {
    const app = makeApp(t);
    app.setErrorHandler((error: FastifyError, request, reply) => {
      say(request.log, error);
      return reply.send({ code: error.code });
    });
    await app.register(googleBearer, { verifier: fakeVerifier({}) });
    app.get('/', () => 'in');
    t.equal((await app.inject('/')).statusCode, 401);
    await eventually('the line', () => linesAbout(app).length > 0);
    t.match(linesAbout(app), [{ level }]);
    t.equal(linesAbout(app).length, 1);
  });
}

test('lines at a level that is not written, or about something else, are none about the error', async (t) => {
  const app = makeApp(t);
  app.setErrorHandler((error: FastifyError, request, reply) => {
    request.log.debug({ err: error });
    request.log.child({}, { level: 'silent' }).error(error);
    request.log.info({ err: new Error('another') });
    return reply.send({ code: error.code });
  });
  await app.register(googleBearer, { verifier: fakeVerifier({}) });
  app.get('/', () => 'in');
  await app.inject('/');
  await eventually('both lines', () => linesAbout(app).length > 1);
  t.match(linesAbout(app)[1], { level: 30, code: 'ERR_TOKEN_MISSING' });
});

test('after a refusal the log of a request does all that it does otherwise', async (t) => {
  const use = (request: FastifyRequest): void => {
    const child = request.log.child({ area: 'auth' }, { redact: ['cookie'], serializers: { size: (n) => `${n} B` } });
    child.warn({ cookie: 'session=secret', size: 5 }, 'from a child');
    request.log.child({}, { level: 'debug' }).debug('from a talkative child');
    request.log.level = 'debug';
    request.log.debug('at another level');
  };
  const lines: Record<string, unknown[]> = {};
  for (const [path, status] of Object.entries({ '/open': 200, '/closed': 401 })) {
    const app = makeApp(t);
    app.addHook('onResponse', async (request) => use(request));
    app.setErrorHandler((error: FastifyError, _request, reply) => reply.send({ code: error.code }));
    await app.register(googleBearer, { verifier: fakeVerifier({}) });
    app.get('/open', { config: { googleBearer: false } }, () => 'in');
    app.get('/closed', () => 'in');
    t.equal((await app.inject(path)).statusCode, status);
    await eventually('the last line', () => app.lines.some((line) => line.includes('at another level')));
    lines[path] = linesAbout(app)
      .filter(({ msg }) => /child|level/.test(String(msg)))
      .map(({ time, ...line }) => line);
  }
  t.match(lines['/open'], [{ area: 'auth', cookie: '[Redacted]', size: '5 B' }, { level: 20 }, { level: 20 }]);
  t.same(lines['/closed'], lines['/open']);
});

/** A log of somebody's own. */
class OwnLog {
  level = 'info';
  readonly #lines: unknown[][] = [];
  get lines(): readonly unknown[][] {
    return this.#lines;
  }
  #say(...line: unknown[]): void {
    this.#lines.push(line);
  }
  info(...line: unknown[]): void {
    this.#say(...line);
  }
  warn = this.info;
  error = this.info;
  fatal = this.info;
  debug = this.info;
  trace = this.info;
  silent(): void {}
  child(): this {
    return this;
  }
}

test('a log may have private fields, and may be frozen', async (t) => {
  for (const prepare of [(log: OwnLog) => log, Object.freeze]) {
    const log: OwnLog = prepare(new OwnLog());
    const app = Fastify({ loggerInstance: log });
    t.teardown(() => app.close());
    app.setErrorHandler((error: FastifyError, request, reply) => {
      request.log.debug('first');
      request.log.error(error);
      return reply.send({ code: error.code });
    });
    await app.register(googleBearer, { verifier: fakeVerifier({}) });
    app.get('/', () => 'in');
    const response = await app.inject('/');
    t.same([response.statusCode, response.json()], [401, { code: 'ERR_TOKEN_MISSING' }]);
    const about = log.lines.filter(([part]) => part instanceof Error || (Object(part).code ?? Object(part).err));
    t.equal(about.length, 1);
  }
});
