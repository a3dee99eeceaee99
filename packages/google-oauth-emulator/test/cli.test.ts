import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { getJson } from './browser.ts';

const COMMAND = new URL('../src/cli.ts', import.meta.url).pathname;

function run(...args: string[]) {
  const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  t.teardown(() => child.kill('SIGKILL'));
  return child;
}

async function outcome(child: ReturnType<typeof run>): Promise<{ code: unknown; out: string; err: string }> {
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, out, err };
}

async function greeting(child: ReturnType<typeof run>): Promise<string> {
  let all = '';
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    all += String(chunk);
    if (all.includes('Stop with Ctrl-C.')) break;
  }
  return all;
}

async function exitCode(child: ChildProcess, signal: NodeJS.Signals): Promise<unknown> {
  const exit = once(child, 'exit');
  child.kill(signal);
  const [code] = await exit;
  return code;
}

t.test('starts, says what it offers, answers, and stops cleanly', async (t) => {
  const child = run(
    ...['--port', '0', '--token-lifetime', '60', '--user', 'zoe@example.com', '--user', 'max@example.com'],
    ...['--client', 'my-app:secret:http://localhost:5000/cb', '--client', 'my-app:secret:http://localhost:5001/cb'],
  );
  const said = await greeting(child);
  for (const part of ['zoe@example.com', 'max@example.com', 'my-app', 'http://localhost:5000/cb', 'curl http']) {
    t.match(said, part);
  }
  t.match(said, 'http://localhost:5001/cb', 'a repeated client brings one more redirect URI');
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? '';
  t.match((await getJson(`${url}/.well-known/openid-configuration`)).body, { issuer: url });
  const minted = await fetch(`${url}/__emulator/tokens`, {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json' },
  });
  t.match(await minted.json(), { expires_in: 59 });
  t.equal(await exitCode(child, 'SIGTERM'), 0);
});

t.test('Ctrl-C stops it too', async (t) => {
  const child = run('--port', '0');
  await greeting(child);
  t.equal(await exitCode(child, 'SIGINT'), 0);
});

t.test('each request leaves a line: path without query, status, milliseconds, and never a token', async (t) => {
  const child = run('--port', '0');
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(await greeting(child))?.[0] ?? '';
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += String(chunk);
  });
  const json = { 'content-type': 'application/json' };
  const minted = await fetch(`${url}/__emulator/tokens`, { method: 'POST', body: '{}', headers: json });
  const token = String(Object(await minted.json()).access_token);
  await fetch(`${url}/tokeninfo?access_token=${token}`);
  await fetch(`${url}/__emulator/calls`);
  await fetch(`${url}/${token}/x?y=${token}`);
  const fault = JSON.stringify({ path: '/revoke', kind: 'reset', times: 1 });
  await fetch(`${url}/__emulator/faults`, { method: 'POST', body: fault, headers: json });
  await t.rejects(fetch(`${url}/revoke?token=${token}`, { method: 'POST' }));
  while (!said.includes('/revoke')) await once(child.stdout, 'data');
  const lines = said.trimEnd().split('\n');
  const time = '\\d\\d:\\d\\d:\\d\\d';
  for (const line of [
    `^${time}  POST /__emulator/tokens  200  \\d+ ms$`,
    `^${time}  GET  /tokeninfo  200  \\d+ ms$`,
    `^${time}  GET  \\(unknown\\)  404  \\d+ ms$`,
    `^${time}  POST /__emulator/faults  200  \\d+ ms$`,
    `^${time}  POST /revoke  no answer  \\d+ ms  fault: reset$`,
  ]) {
    t.equal(lines.filter((one) => new RegExp(line).test(one)).length, 1, line);
  }
  t.equal(lines.length, 5, 'looking at the calls leaves none');
  t.notMatch(said, token);
});

t.test('--version', async (t) => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  t.same(await outcome(run('--version')), { code: 0, out: `${version}\n`, err: '' });
});

t.test('--allow-host opens another interface, under a name', async (t) => {
  const child = run('--port', '0', '--host', '0.0.0.0', '--allow-host', 'google', '--desktop-client', 'tool:a-secret');
  const said = await greeting(child);
  const port = /http:\/\/google:(\d+)/.exec(said)?.[1];
  t.match(said, 'tool  (desktop: any loopback redirect)');
  t.match((await getJson(`http://127.0.0.1:${port}/.well-known/openid-configuration`)).body, {
    issuer: `http://google:${port}`,
  });
  t.equal(await exitCode(child, 'SIGTERM'), 0);
});

t.test('a port that is taken gives one clear line', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await once(server, 'listening');
  const port = Object(server.address()).port;
  const { code, out, err } = await outcome(run('--port', String(port)));
  t.equal(code, 1);
  t.equal(out, '');
  t.equal(err, `google-oauth-emulator: port ${port} is taken; choose another one with --port\n`);
});

t.test('mistakes on the command line give one clear line', async (t) => {
  const cases: [string[], RegExp][] = [
    [['--port', 'x'], /--port must be a whole number/],
    [['--port', '70000'], /port must be a whole number/],
    [['--host', '0.0.0.0'], /host must be 127\.0\.0\.1, localhost or ::1.*--allow-host/],
    [['--host', '0.0.0.0', '--allow-host', '*'], /allowHosts\[0\]/],
    [['--desktop-client', 'a:b:c'], /--desktop-client must be/],
    [['--token-lifetime', '0'], /tokenLifetimeS must be/],
    [['--client', 'id-only'], /--client must be <id>:<secret>:<redirect URI>/],
    [['--client', 'a:b:http://x/', '--client', 'a:c:http://x/'], /two secrets/],
    [['--user', 'x'], /users\[0\]\.email/],
    [['--nonsense'], /'--nonsense'.*; see --help\n$/],
    [['start'], /'start'.*; see --help\n$/],
  ];
  await Promise.all(
    cases.map(async ([args, message]) => {
      const { code, err } = await outcome(run(...args));
      t.equal(code, 1);
      t.match(err, message);
      t.equal(err.trimEnd().split('\n').length, 1);
    }),
  );
});

t.test('--help explains the options', async (t) => {
  const { code, out } = await outcome(run('--help'));
  t.equal(code, 0);
  for (const flag of [
    '--port',
    '--host',
    '--token-lifetime',
    '--client',
    '--desktop-client',
    '--user',
    '--allow-host',
    '--version',
  ])
    t.match(out, flag);
});
