import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { test } from 'tap';
import { ProxyAgent } from 'undici';
import { assertUnavailable, failure, TOKEN } from './fixtures/outcomes.ts';
import { startProxy } from './fixtures/proxy.ts';
import { setUp } from './fixtures/verifier.ts';

/**
 * Verifies, and revokes a grant, in a process of its own with this environment. All of it fails, for want of a Google.
 *
 * @param timeoutMs a process that has just started may need some of it to send anything
 */
async function askGoogle(
  env: Record<string, string>,
  endpoints: readonly string[],
  timeoutMs: number = 10_000,
): Promise<void> {
  const script = `
    import { createTokenVerifier } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url))};
    for (const endpoints of process.argv.slice(1)) {
      const verifier = createTokenVerifier({ audience: 'client', timeoutMs: ${timeoutMs}, endpoints });
      await verifier.verify('${TOKEN}').catch(() => {});
      await verifier.revokeGrant('${TOKEN}').catch(() => {});
      await verifier.close();
    }
    // google-auth-library leaves its connection to a silent proxy open.
    process.exit();`;
  const argv = ['--conditions=google-bearer-source', '--input-type=module', '-e', script, ...endpoints];
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  await promisify(execFile)(process.execPath, argv, { env: { PATH, NODE_COMPILE_CACHE, ...env } });
}

const GOOGLE = 'https://oauth2.googleapis.com';

test('HTTPS_PROXY is honoured by lookups as it is by revokeGrant', async (t) => {
  for (const name of ['HTTPS_PROXY', 'https_proxy']) {
    const proxy = await startProxy(t);
    await askGoogle({ [name]: proxy.url }, [GOOGLE]);
    t.ok(proxy.asked.length >= 2);
    t.same([...new Set(proxy.asked)], ['CONNECT oauth2.googleapis.com:443']);
  }
});

test('NO_PROXY keeps hosts out of it', async (t) => {
  const proxy = await startProxy(t);
  const hosts = ['https://one.invalid', 'https://a.two.invalid', GOOGLE];
  await askGoogle({ HTTPS_PROXY: proxy.url, NO_PROXY: 'one.invalid,.two.invalid' }, hosts);
  t.same([...new Set(proxy.asked)], ['CONNECT oauth2.googleapis.com:443']);
});

test('a loopback host is never asked through a proxy', async (t) => {
  const proxy = await startProxy(t);
  const hosts = [
    'http://127.0.0.1:9',
    'http://localhost:9',
    'http://[::1]:9',
    'http://127.8.9.1:9',
    'https://localhost:9',
  ];
  await askGoogle({ HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url }, hosts);
  t.same(proxy.asked, []);
});

// undici and google-auth-library would wait for minutes.
test('a proxy that says nothing is given up at the deadline', { timeout: 60_000 }, async (t) => {
  const sockets = new Set<Socket>();
  const silent = createTcpServer((socket) => void sockets.add(socket.on('error', () => undefined))).listen(
    0,
    '127.0.0.1',
  );
  await once(silent, 'listening');
  t.teardown(() => {
    silent.close();
    for (const socket of sockets) socket.destroy();
  });
  const { port } = silent.address() as AddressInfo;
  await askGoogle({ HTTPS_PROXY: `http://127.0.0.1:${port}` }, [GOOGLE], 500);
  t.ok(sockets.size > 0);
});

test('a proxy of one’s own may be given, also for a loopback host', async (t) => {
  const proxy = await startProxy(t);
  const dispatcher = new ProxyAgent(proxy.url);
  t.teardown(() => dispatcher.destroy());
  const { verifier, upstream } = await setUp(t, { dispatcher });
  assertUnavailable(t, await failure(verifier.verify(TOKEN)));
  t.ok(proxy.asked.length > 0);
  t.equal(upstream.seen.length, 0);
});
