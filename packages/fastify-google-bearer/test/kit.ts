import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import Fastify, { type FastifyHttpOptions, type FastifyInstance } from 'fastify';
import type { Principal, TokenVerifier } from 'google-bearer';
import { type GoogleEmulator, startGoogleEmulator } from 'google-oauth-emulator';
import type { Test } from 'tap';

export const clientId = 'test-client.apps.googleusercontent.com';
export const otherClientId = 'other-app.apps.googleusercontent.com';

/** A local Google with two users, of whom Ada is the first, and two clients, closed after the test. */
export async function startGoogle(t: Test): Promise<GoogleEmulator> {
  const google = await startGoogleEmulator({
    users: [
      { sub: '106488946935451153824', email: 'ada@example.com', name: 'Ada' },
      { sub: '106488946935451153825', email: 'grace@example.com', name: 'Grace' },
    ],
    clients: [
      { id: clientId, secret: 'GOCSPX-1', redirectUris: ['http://localhost:3000/callback'] },
      { id: otherClientId, secret: 'GOCSPX-2', redirectUris: ['http://localhost:3001/callback'] },
    ],
  });
  t.teardown(() => google.close());
  return google;
}

/** An app whose log lines can be read, closed after the test. */
export function makeApp(
  t: Test,
  options: FastifyHttpOptions<Server> = {},
): FastifyInstance & { readonly lines: string[] } {
  const lines: string[] = [];
  const app = Fastify({ logger: { level: 'info', stream: { write: (line: string) => lines.push(line) } }, ...options });
  t.teardown(async () => {
    await app.close();
    // Whatever happened: no token may be in what was logged, but for the URLs in Fastify's own lines about requests.
    if (lines.some((line) => line.includes('ya29.') && !line.includes('"incoming request"')))
      throw new Error('a token was logged');
  });
  return Object.assign(app, { lines });
}

/** The log lines with a level of at least info that are not Fastify's own about the start and end of requests. */
export function linesAbout(app: { readonly lines: readonly string[] }): { level: number; [key: string]: unknown }[] {
  return app.lines
    .map((line) => JSON.parse(line))
    .filter(
      ({ msg }) => !['incoming request', 'request completed'].includes(msg) && !msg.startsWith('Server listening'),
    );
}

export const ada: Principal = Object.freeze({
  subject: '1',
  email: 'ada@example.com',
  emailVerified: true,
  audience: clientId,
  authorizedParty: clientId,
  scopes: new Set(['openid']),
  expiresAt: Number.MAX_SAFE_INTEGER,
  accessType: 'online',
});

/** For what a real verifier cannot be brought to do: wrong answers at a chosen moment. */
export function fakeVerifier(behaviour: Partial<TokenVerifier>): TokenVerifier {
  const never = (): never => {
    throw new Error('not expected to be called');
  };
  return {
    verify: never,
    peek: () => undefined,
    remembers: () => false,
    revokeToken: never,
    revokeTokenSha256: never,
    revokeSubject: never,
    revokeEveryone: never,
    blockSubject: never,
    unblockSubject: never,
    revokeGrant: never,
    revocations: never,
    onRevoked: never,
    ready: never,
    stats: never,
    close: never,
    [Symbol.asyncDispose]: never,
    ...behaviour,
  };
}

export interface RawResponse {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Sends bytes as they are, and reads one response until the server closes the connection. */
export async function sendRaw(url: string, head: readonly string[], body = ''): Promise<RawResponse> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(
    Buffer.from(`${[...head, 'Host: api.test', 'Connection: close', '', ''].join('\r\n')}${body}`, 'latin1'),
  );
  let text = '';
  socket.setEncoding('latin1');
  for await (const chunk of socket) text += chunk;
  const [start = '', ...lines] = text.slice(0, text.indexOf('\r\n\r\n')).split('\r\n');
  return {
    status: Number(start.split(' ')[1]),
    headers: new Map(
      lines.map((line): [string, string] => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 2),
      ]),
    ),
    body: text.slice(text.indexOf('\r\n\r\n') + 4),
  };
}
