import { test } from 'tap';
import { apiLines } from '../src/api-lines.ts';

const AT = new Date(2026, 10, 25, 9, 5, 7).getTime();

function begun(reqId: string, method: string, route: string): object {
  return { level: 30, time: AT, reqId, req: { method, route, remoteAddress: '127.0.0.1' }, msg: 'incoming request' };
}

function completed(reqId: string, statusCode: number): object {
  return { level: 30, time: AT, reqId, res: { statusCode }, responseTime: 3.4, msg: 'request completed' };
}

function read(...lines: readonly (object | string)[]): string[] {
  const readable = apiLines();
  return lines
    .map((line) => readable(typeof line === 'string' ? line : JSON.stringify(line)))
    .filter((line) => line !== undefined);
}

test('a request is one line, at its end', (t) => {
  t.strictSame(
    read(begun('1', 'GET', '/api/user'), begun('2', 'DELETE', '/api/token'), completed('2', 204), completed('1', 200)),
    ['09:05:07  DELETE /api/token  204  3 ms', '09:05:07  GET  /api/user  200  3 ms'],
  );
  t.end();
});

test('its code stands beside the status', (t) => {
  const refused = {
    level: 30,
    time: AT,
    reqId: '1',
    code: 'ERR_TOKEN_REVOKED',
    msg: 'The access token has been revoked',
  };
  t.strictSame(read(begun('1', 'GET', '/api/user'), refused, completed('1', 401)), [
    '09:05:07  GET  /api/user  401 ERR_TOKEN_REVOKED  3 ms',
  ]);
  t.end();
});

test('what says more than a code is said, too', (t) => {
  const audience = { claim: 'aud', expected: ['ours'], actual: 'theirs' };
  const foreign = {
    level: 30,
    time: AT,
    reqId: '1',
    code: 'ERR_TOKEN_AUDIENCE',
    audience,
    msg: 'of another application',
  };
  const [said, request] = read(begun('1', 'GET', '/'), foreign, completed('1', 401));
  t.match(said, /09:05:07.*of another application.*theirs/s);
  t.match(request, '401 ERR_TOKEN_AUDIENCE');
  const err = { type: 'Error', message: 'database is locked', stack: '' };
  const failed = { level: 50, time: AT, reqId: '1', err, msg: 'no' };
  t.match(read(begun('1', 'GET', '/'), failed, completed('1', 500))[0], /ERROR.*no.*database is locked/s);
  t.end();
});

test('lines that belong to no request, and those that are no JSON, stay', (t) => {
  const [warning, ...rest] = read(
    { level: 40, time: AT, msg: 'an emulator is used' },
    'PORT: is taken',
    '12',
    '[]',
    '{',
  );
  t.match(warning, /WARN.*an emulator is used/);
  t.strictSame(rest, ['PORT: is taken', '12', '[]', '{']);
  t.end();
});

test('a request that never ends takes no room for ever', (t) => {
  const readable = apiLines();
  const say = (line: object): string | undefined => readable(JSON.stringify(line));
  say(begun('first', 'GET', '/'));
  for (let id = 0; id < 1000; id++) say(begun(String(id), 'GET', '/'));
  t.match(say(completed('first', 200)), 'request completed', 'nothing is remembered of it, and nothing is made up');
  t.end();
});

test('that it listens, also anew, is said without the URL, which the guide tells', (t) => {
  t.strictSame(read({ level: 30, time: AT, msg: 'Server listening at http://127.0.0.1:4000' }), [
    '09:05:07  listening',
  ]);
  t.end();
});
