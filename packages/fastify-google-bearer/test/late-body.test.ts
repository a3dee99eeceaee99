import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import Fastify, {
  type FastifyInstance,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerBase,
} from 'fastify';
import { createTokenVerifier } from 'google-bearer';
import { type Test, test } from 'tap';
import { googleBearer, requirePrincipal } from '../src/index.ts';
import { clientId, makeApp, startGoogle } from './kit.ts';

/** Begins to send a body, and ends it when told; resolves to all that came back. */
type Send = (url: URL, token: string) => { finish(): Promise<string> };

type App<Server extends RawServerBase> = FastifyInstance<
  Server,
  RawRequestDefaultExpression<Server>,
  RawReplyDefaultExpression<Server>
>;

test('a token that is revoked while its body is held back does not act any more', async (t) => {
  await t.test('with a length', (t) => actTwice(t, makeApp(t), overHttp1('Content-Length: 2', '{', '}')));
  await t.test('in chunks', (t) =>
    actTwice(t, makeApp(t), overHttp1('Transfer-Encoding: chunked', '1\r\n{\r\n', '1\r\n}\r\n0\r\n\r\n')),
  );
  await t.test('over HTTP/2, unannounced', (t) => {
    const app = Fastify({ http2: true });
    t.teardown(() => app.close());
    return actTwice(t, app, overHttp2);
  });
});

async function actTwice<Server extends RawServerBase>(t: Test, app: App<Server>, send: Send): Promise<void> {
  const google = await startGoogle(t);
  await using verifier = createTokenVerifier({ audience: clientId, endpoints: google.url });
  await app.register(googleBearer, { verifier });
  const handled: string[] = [];
  let bodyAwaited = Promise.withResolvers<void>();
  app.post('/act', { preParsing: async () => bodyAwaited.resolve() }, (request) => {
    handled.push(requirePrincipal(request).subject);
    return 'done';
  });
  const url = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
  for (const { revoke, status } of [
    { revoke: false, status: 200 },
    { revoke: true, status: 401 },
  ]) {
    bodyAwaited = Promise.withResolvers();
    const token = google.mintToken();
    const sending = send(url, token);
    await bodyAwaited.promise;
    if (revoke) await verifier.revokeToken(token);
    const answer = await sending.finish();
    t.match(answer, new RegExp(`^HTTP/[\\d.]+ ${status} `));
    t.equal(answer.includes('ERR_TOKEN_REVOKED'), revoke);
  }
  t.equal(handled.length, 1);
}

function overHttp1(header: string, first: string, rest: string): Send {
  return ({ hostname, port }, token) => {
    const socket = connect(Number(port), hostname).setEncoding('utf8');
    socket.write(`POST /act HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\n`);
    socket.write(`Content-Type: application/json\r\n${header}\r\n\r\n${first}`);
    return {
      async finish() {
        socket.write(rest);
        let answer = '';
        for await (const text of socket) answer += text;
        return answer;
      },
    };
  };
}

function overHttp2({ origin }: URL, token: string): ReturnType<Send> {
  const session = connectHttp2(origin);
  const headers = { ':method': 'POST', ':path': '/act', 'content-type': 'application/json' };
  const stream = session.request({ ...headers, authorization: `Bearer ${token}` }).setEncoding('utf8');
  stream.write('{');
  return {
    async finish() {
      stream.end('}');
      const [response] = await once(stream, 'response');
      let answer = `HTTP/2 ${response[':status']} `;
      for await (const text of stream) answer += text;
      session.close();
      return answer;
    },
  };
}
