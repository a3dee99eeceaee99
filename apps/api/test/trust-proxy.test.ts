import { connect } from 'node:net';
import t, { type Test } from 'tap';
import { startApi } from './support/api.ts';

/** The address of the client, as this API sees it behind proxies that have said this, and after a connection from this machine. */
async function clientOf(t: Test, trusted: string | undefined, forwardedFor: string): Promise<unknown> {
  const { app, lines } = await startApi(t, trusted === undefined ? {} : { TRUST_PROXY: trusted });
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  const answered = new Promise<void>((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.end(`GET /healthz HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ${forwardedFor}\r\nConnection: close\r\n\r\n`);
    });
    socket
      .on('error', reject)
      .on('close', () => resolve())
      .resume();
  });
  await answered;
  const [line = ''] = lines.filter((text) => text.includes('"route":"/healthz"'));
  return JSON.parse(line).req.remoteAddress;
}

const cases: readonly (readonly [trusted: string | undefined, forwardedFor: string, client: string])[] = [
  [undefined, '203.0.113.7', '127.0.0.1'],
  ['false', '203.0.113.7', '127.0.0.1'],
  ['0', '203.0.113.7', '127.0.0.1'],
  ['true', '198.51.100.1, 203.0.113.7', '198.51.100.1'],
  // What the client itself has written stands to the left of what the proxies add.
  ['1', '198.51.100.1, 203.0.113.7', '203.0.113.7'],
  ['2', '198.51.100.1, 203.0.113.7, 10.0.0.1', '203.0.113.7'],
  ['loopback', '198.51.100.1, 203.0.113.7', '203.0.113.7'],
  ['127.0.0.1, 10.0.0.0/8', '198.51.100.1, 203.0.113.7, 10.0.0.1', '203.0.113.7'],
  ['10.0.0.0/8', '203.0.113.7', '127.0.0.1'],
];

for (const [trusted, forwardedFor, client] of cases) {
  t.test(`TRUST_PROXY=${trusted ?? ''}: of "${forwardedFor}" the client is ${client}`, async (t) => {
    t.equal(await clientOf(t, trusted, forwardedFor), client);
  });
}
