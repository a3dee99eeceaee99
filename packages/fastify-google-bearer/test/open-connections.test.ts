import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage, request as send } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import httpProxy from '@fastify/http-proxy';
import websocket from '@fastify/websocket';
import { eventually } from '@google-bearer/test-kit/eventually';
import type { FastifyInstance } from 'fastify';
import { createTokenVerifier, type RevocationFollower, type TokenVerifier } from 'google-bearer';
import { type Test, test } from 'tap';
import { WebSocket } from 'ws';
import { googleBearer } from '../src/index.ts';
import { setUpExample } from './example.ts';
import { clientId, makeApp, startGoogle } from './kit.ts';

const README = join(import.meta.dirname, '../README.md');

interface World {
  readonly app: FastifyInstance;
  readonly url: string;
  readonly mint: () => string;
  /** It has the revocations of this process in common with that of the example. */
  readonly verifier: TokenVerifier;
}

/** An example of the README, as it stands there. */
async function setUp(t: Test, heading: string, words: Record<string, string> = {}): Promise<World> {
  const { app, google } = await setUpExample(t, README, heading, words);
  const verifier = createTokenVerifier({ audience: clientId, endpoints: google.url });
  t.teardown(() => verifier.close());
  t.teardown(() => app.server.closeAllConnections());
  return { app, url: await app.listen({ host: '127.0.0.1', port: 0 }), mint: () => google.mintToken(), verifier };
}

const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` });

async function open(url: string, token: string): Promise<IncomingMessage> {
  const [response]: IncomingMessage[] = await once(get(url, { agent: false, headers: bearer(token) }), 'response');
  if (response === undefined) throw new Error('no response');
  return response;
}

/** The close code of a socket, once it is closed. */
async function closing(socket: WebSocket): Promise<number> {
  const [code] = await once(socket, 'close');
  return code;
}

/** What the server of an example hears from its WebSockets. */
const HEARD = "app.decorate('heard', []);\n";
const HEAR = "\nsocket.on('message', (message) => app.heard.push(String(message)));";
const heardBy = (app: FastifyInstance): readonly string[] => app.getDecorator<readonly string[]>('heard');

/** A WebSocket of somebody who sends what he likes, and answers no close. */
async function rudeSocket(url: string, headers: Record<string, string> = {}): Promise<Duplex> {
  const key = { 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' };
  const request = send(url, {
    agent: false,
    headers: { ...headers, ...key, connection: 'upgrade', upgrade: 'websocket' },
  });
  const socket = await new Promise<Duplex>((resolve, reject) => {
    request
      .once('upgrade', (_response, upgraded) => resolve(upgraded))
      .once('error', reject)
      .end();
  });
  // The server has ended it; what was under way is lost.
  return socket.on('error', () => undefined);
}

/** A text as a client sends it (RFC 6455 §5.2), masked with zeros. */
const frame = (text: string): Buffer =>
  Buffer.concat([Buffer.from([0x81, 0xfe, 0, text.length, 0, 0, 0, 0]), Buffer.from(text)]);

test('what the README shows ends when the token is revoked', async (t) => {
  const size = 64 * 1024 * 1024;
  const folder = mkdtempSync(join(tmpdir(), 'open-connections-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const video = join(folder, 'video.mp4');
  const upload = join(folder, 'upload.mp4');
  writeFileSync(video, '');
  truncateSync(video, size);
  const { app, url, mint, verifier } = await setUp(t, 'Open streams, WebSockets and uploads', {
    "app.get('/live', { websocket: true }, (socket, { accessSignal }) => {": `${HEARD}app.get('/live', { websocket: true }, (socket, { accessSignal }) => {${HEAR}`,
    "createReadStream('video.mp4')": `createReadStream(${JSON.stringify(video)})`,
    "createWriteStream('video.mp4')": `createWriteStream(${JSON.stringify(upload)})`,
  });

  await t.test('server-sent events', async (t) => {
    const token = mint();
    const response = (await open(`${url}/api/events`, token)).setEncoding('utf8');
    const events: string[] = [];
    for await (const event of response) {
      events.push(event);
      if (events.length === 1) await verifier.revokeToken(token);
    }
    const refused = '{"statusCode":401,"code":"ERR_TOKEN_REVOKED"}';
    t.strictSame(events, ['event: hello\ndata: {}\n\n', `event: refused\ndata: ${refused}\n\n`]);
  });

  await t.test('a WebSocket', async (t) => {
    const token = mint();
    const socket = new WebSocket(`${url.replace('http', 'ws')}/live`, { headers: bearer(token) });
    await once(socket, 'open');
    const closed = closing(socket);
    await verifier.revokeToken(token);
    t.equal(await closed, 4401);
  });

  await t.test('a WebSocket whose client does not answer the close: nothing of it is heard any more', async (t) => {
    const token = mint();
    const socket = await rudeSocket(`${url}/live`, bearer(token));
    socket.write(frame('before'));
    await eventually('it is heard', () => heardBy(app).length === 1);
    await verifier.revokeToken(token);
    const [close] = await once(socket, 'data');
    t.equal(close[0], 0x88);
    socket.resume().write(frame('after'));
    await once(socket, 'close');
    t.strictSame(heardBy(app), ['before']);
  });

  await t.test('a long download', async (t) => {
    const token = mint();
    const response = await open(`${url}/video`, token);
    let received = 0;
    try {
      for await (const chunk of response) {
        if (received === 0) await verifier.revokeToken(token);
        received += chunk.length;
      }
      t.fail('it came to an end');
    } catch (error) {
      t.match(error, { code: 'ECONNRESET' });
    }
    t.ok(received > 0 && received < size, `${received} bytes`);
    const whole = await open(`${url}/video`, mint());
    received = 0;
    for await (const chunk of whole) received += chunk.length;
    t.equal(received, size);
  });

  await t.test('a slow upload', async (t) => {
    const put = (token: string) =>
      send(`${url}/video`, {
        method: 'PUT',
        agent: false,
        headers: { ...bearer(token), 'content-type': 'video/mp4', 'content-length': 10 },
      });
    const token = mint();
    const slow = put(token);
    slow.write('first');
    await eventually('it has begun', () => (statSync(upload, { throwIfNoEntry: false })?.size ?? 0) === 5);
    const answer: Promise<IncomingMessage[]> = once(slow, 'response');
    await verifier.revokeToken(token);
    const [refused] = await answer;
    t.equal(refused?.statusCode, 401);
    t.match(refused?.headers['www-authenticate'], /error="invalid_token"/);
    const quick = put(mint()).end('first last');
    const [response]: IncomingMessage[] = await once(quick, 'response');
    t.equal(response?.statusCode, 204);
    t.equal(statSync(upload).size, 10);
  });
});

test('the README’s WebSocket of a browser takes the token as its first message', async (t) => {
  const { app, url, mint, verifier } = await setUp(t, 'WebSockets from a browser', {
    "app.get('/live'": `${HEARD}app.get('/live'`,
    "socket.send('ready');": `socket.send('ready');${HEAR}`,
  });
  const connect = async (): Promise<WebSocket> => {
    // Node's own class sends no headers, as a browser's; this one is asked for none.
    const socket = new WebSocket(`${url.replace('http', 'ws')}/live`);
    await once(socket, 'open');
    return socket;
  };
  const token = mint();
  const good = await connect();
  good.send(token);
  t.equal(String((await once(good, 'message'))[0]), 'ready');
  const other = await connect();
  other.send(mint());
  t.equal(String((await once(other, 'message'))[0]), 'ready');
  const closed = closing(good);
  await verifier.revokeToken(token);
  t.equal(await closed, 4401);
  t.equal(other.readyState, other.OPEN);
  const bad = await connect();
  const refused = closing(bad);
  bad.send(token);
  t.equal(await refused, 4401);

  await t.test('a client that does not answer the close is heard no more', async (t) => {
    const socket = await rudeSocket(`${url}/live`);
    const stolen = mint();
    socket.write(frame(stolen));
    await once(socket, 'data');
    socket.write(frame('before'));
    await eventually('it is heard', () => heardBy(app).length === 1);
    await verifier.revokeToken(stolen);
    await once(socket, 'data');
    socket.resume().write(frame('after'));
    await once(socket, 'close');
    t.strictSame(heardBy(app), ['before']);
  });
});

/** A verifier whose view of revocations the test can let go stale. */
async function losable(t: Test) {
  const google = await startGoogle(t);
  let follower: RevocationFollower | undefined;
  const verifier = createTokenVerifier({
    audience: clientId,
    endpoints: google.url,
    revocationLog: {
      append: async (entry) => follower?.entry(entry),
      follow(by) {
        follower = by;
        by.confirm(Number.POSITIVE_INFINITY);
        return () => undefined;
      },
    },
  });
  t.teardown(() => verifier.close());
  return {
    verifier,
    mint: () => google.mintToken(),
    watchers: () => verifier.stats().revocations.watchers,
    /** As if the view had last been confirmed an hour ago. */
    lose: () => follower?.confirm(Date.now() - 3_600_000),
  };
}

test('a stale view closes a WebSocket with 1013, and a client that leaves is watched no more', async (t) => {
  const { verifier, mint, watchers, lose } = await losable(t);
  const app = makeApp(t);
  await app.register(websocket);
  await app.register(googleBearer, { verifier });
  app.get('/live', { websocket: true }, (socket, { accessSignal }) => {
    accessSignal.addEventListener('abort', () => socket.close(accessSignal.reason.statusCode === 401 ? 4401 : 1013));
  });
  const url = `${(await app.listen({ host: '127.0.0.1', port: 0 })).replace('http', 'ws')}/live`;
  const connect = async (): Promise<WebSocket> => {
    const socket = new WebSocket(url, { headers: bearer(mint()) });
    await once(socket, 'open');
    return socket;
  };
  const sockets = await Promise.all(Array.from({ length: 10 }, connect));
  await eventually('all are watched', () => watchers() === 10);
  for (const [index, socket] of sockets.entries()) {
    if (index < 5) socket.close();
    else if (index < 9) socket.terminate();
  }
  await eventually('one is left', () => watchers() === 1);
  const last = sockets[9];
  if (last === undefined) throw new Error('no socket');
  const closed = closing(last);
  lose();
  t.equal(await closed, 1013);
  t.equal(watchers(), 0);
});

test('@fastify/http-proxy: a proxied WebSocket ends on both sides', async (t) => {
  const upstream = makeApp(t);
  await upstream.register(websocket);
  const far: { ended: number; echoed: number } = { ended: 0, echoed: 0 };
  upstream.get('/live', { websocket: true }, (socket) => {
    socket.on('close', () => far.ended++);
    socket.on('message', (message) => {
      far.echoed++;
      socket.send(String(message));
    });
  });
  const behind = await upstream.listen({ host: '127.0.0.1', port: 0 });

  const { verifier, mint, watchers } = await losable(t);
  const app = makeApp(t);
  await app.register(async (proxy) => {
    await proxy.register(googleBearer, { verifier });
    await proxy.register(httpProxy, {
      upstream: behind,
      websocket: true,
      preHandler: async (request) => request.accessSignal.addEventListener('abort', () => request.raw.socket.destroy()),
    });
  });
  const url = `${(await app.listen({ host: '127.0.0.1', port: 0 })).replace('http', 'ws')}/live`;
  const connect = async (token: string): Promise<WebSocket> => {
    const socket = new WebSocket(url, { headers: bearer(token) });
    await once(socket, 'open');
    socket.send('hello');
    await once(socket, 'message');
    return socket;
  };
  const token = mint();
  const revoked = await connect(token);
  const left = await connect(mint());
  t.equal(watchers(), 2);
  const closed = closing(revoked);
  await verifier.revokeToken(token);
  t.equal(await closed, 1006);
  await eventually('the far side has ended', () => far.ended === 1);
  left.close();
  await eventually('nobody watches', () => watchers() === 0);
  await eventually('nor is anything open', () => far.ended === 2);
  const refused = new WebSocket(url, { headers: bearer(token) });
  const [error] = await once(refused, 'error');
  t.match(error.message, /401/);
});
