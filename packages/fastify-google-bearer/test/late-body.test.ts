import { once } from 'node:events';
import { connect } from 'node:net';
import { createTokenVerifier } from 'google-bearer';
import { test } from 'tap';
import { googleBearer, requirePrincipal } from '../src/index.ts';
import { clientId, makeApp, startGoogle } from './kit.ts';

const framings = [
  { name: 'with a length', header: 'Content-Length: 2', first: '{', rest: '}' },
  { name: 'in chunks', header: 'Transfer-Encoding: chunked', first: '1\r\n{\r\n', rest: '1\r\n}\r\n0\r\n\r\n' },
];
for (const { name, header, first, rest } of framings) {
  test(`a token that is revoked while its body is held back does not act any more: ${name}`, async (t) => {
    const google = await startGoogle(t);
    await using verifier = createTokenVerifier({ audience: clientId, endpoints: google.url });
    const app = makeApp(t);
    await app.register(googleBearer, { verifier });
    const handled: string[] = [];
    let bodyAwaited = Promise.withResolvers<void>();
    app.post(
      '/act',
      {
        preParsing: async () => bodyAwaited.resolve(),
      },
      (request) => {
        handled.push(requirePrincipal(request).subject);
        return 'done';
      },
    );
    const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));

    for (const { revoke, status } of [
      { revoke: false, status: 200 },
      { revoke: true, status: 401 },
    ]) {
      bodyAwaited = Promise.withResolvers();
      const token = google.mintToken();
      const socket = connect(Number(port), '127.0.0.1').setEncoding('utf8');
      socket.write(`POST /act HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\n`);
      socket.write(`Content-Type: application/json\r\n${header}\r\n\r\n${first}`);
      await bodyAwaited.promise;
      if (revoke) await verifier.revokeToken(token);
      socket.write(rest);
      let answer = '';
      socket.on('data', (text) => {
        answer += text;
      });
      await once(socket, 'close');
      t.match(answer, new RegExp(`^HTTP/1.1 ${status} `));
      t.equal(answer.includes('ERR_TOKEN_REVOKED'), revoke);
    }
    t.equal(handled.length, 1);
  });
}
