import { request } from 'node:http';
import t from 'tap';
import { startGoogleEmulator } from '../src/index.ts';
import { CLIENT_SECRET, start } from './browser.ts';

interface Raw {
  readonly status: number | undefined;
  readonly body: string;
}

/** `fetch` does not let a caller choose Host. */
function get(url: string, headers: Record<string, string>): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { headers }, async (response) => {
      let body = '';
      for await (const chunk of response) body += String(chunk);
      resolve({ status: response.statusCode, body });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

t.test('under a foreign Host there is neither a console nor a secret', async (t) => {
  const emulator = await start(t);
  const { port } = new URL(emulator.url);
  for (const name of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example', '192.168.1.2', '0.0.0.0']) {
    for (const path of ['/', '/__emulator/clients', '/__emulator/clients/secret?client=x', '/__emulator/users']) {
      const { status, body } = await get(emulator.url + path, { host: `${name}:${port}` });
      t.equal(status, 403, `${name} ${path}`);
      t.notMatch(body, CLIENT_SECRET);
      t.notMatch(body, 'ada@example.com');
    }
  }
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '127.0.0.1:1']) {
    t.equal((await get(`${emulator.url}/`, { host })).status, 200, host);
  }
});

t.test('another interface needs the names by which it is reached; the error says so', async (t) => {
  for (const host of ['0.0.0.0', '::', '192.168.1.2', 'google']) {
    await t.rejects(startGoogleEmulator({ host }), {
      name: 'TypeError',
      message:
        'host must be 127.0.0.1, localhost or ::1, unless allowHosts (--allow-host) names the hosts by which others reach it',
    });
  }
  for (const name of ['', '*', 'http://google', 'google:4400', 'a b', 'google/', '[::1', 'x@y']) {
    await t.rejects(startGoogleEmulator({ host: '0.0.0.0', allowHosts: [name] }), {
      name: 'TypeError',
      message: /^allowHosts\[0\] must be/,
    });
  }
});

t.test('in a compose file: reached by the name of the service, which is the issuer too', async (t) => {
  const emulator = await start(t, { host: '0.0.0.0', allowHosts: ['Google', '10.0.0.7'] });
  const { port } = new URL(emulator.url);
  t.equal(emulator.url, `http://google:${port}`);
  const here = `http://127.0.0.1:${port}`;
  const document = await (await fetch(`${here}/.well-known/openid-configuration`)).json();
  t.match(document, { issuer: `http://google:${port}`, token_endpoint: `http://google:${port}/token` });
  for (const [host, status] of [
    [`google:${port}`, 200],
    [`10.0.0.7:${port}`, 200],
    [`localhost:${port}`, 200],
    [`other:${port}`, 403],
  ] as const) {
    t.equal((await get(`${here}/__emulator/calls`, { host })).status, status, host);
    t.equal((await get(`${here}/`, { host })).status, status, host);
  }
  const own = { host: `google:${port}`, origin: `http://google:${port}` };
  t.equal((await get(`${here}/__emulator/calls`, own)).status, 200);
  t.equal((await get(`${here}/__emulator/calls`, { ...own, origin: `http://10.0.0.7:${port}` })).status, 403);
});
