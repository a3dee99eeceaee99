import { test } from 'tap';
import { Agent } from 'undici';
import { createTokenVerifier } from '../src/index.ts';
import { revokeGrantAtGoogle } from '../src/revocations/google-grant.ts';
import { startProxy } from './fixtures/proxy.ts';
import { AUDIENCE, expiresInS, user } from './fixtures/tokeninfo-bodies.ts';
import { answer, startUpstream } from './fixtures/upstream.ts';

const REVOKED = { code: 'ERR_TOKEN_REVOKED', statusCode: 401 };

test('ending a grant', async (t) => {
  const revoked: string[] = [];
  const google = await startUpstream(t, (request, response) => {
    if (request.url?.startsWith('/revoke')) revoked.push(String(request.method));
    answer(200, request.url?.startsWith('/revoke') ? {} : user({ exp: expiresInS(3000) }))(request, response);
  });
  const make = (timeoutMs = 3000) => createTokenVerifier({ audience: AUDIENCE, endpoints: google.url, timeoutMs });

  await t.test('ends it at Google, and every token of the user here', async (t) => {
    await using verifier = make();
    await verifier.verify('ya29.other');
    await verifier.revokeGrant('ya29.a');
    t.same(revoked, ['POST']);
    for (const token of ['ya29.a', 'ya29.other']) t.throws(() => verifier.peek(token), REVOKED);
  });

  await t.test('that is over at Google counts as ended', async (t) => {
    await using verifier = make();
    google.handler = answer(400, { error: 'invalid_token', error_description: 'Token expired or revoked' });
    await verifier.revokeGrant('ya29.a');
    t.throws(() => verifier.peek('ya29.a'), REVOKED);
  });

  await t.test('of another application signs nobody out of ours', async (t) => {
    await using verifier = make();
    google.handler = answer(200, user({ aud: 'other', azp: 'other' }));
    await verifier.revokeGrant('ya29.a');
    t.match(verifier.stats().revocations, { tokens: 1, subjects: 0 });
  });

  await t.test('takes effect here even while Google is down, and says that it is', async (t) => {
    const elsewhere = await startUpstream(t, answer(200, {}));
    const unreached = 'Google could not be reached';
    for (const [reason, handler] of [
      ['Google answered 503', answer(503, {})],
      ['Google answered 503', answer(503, { error: 'invalid_token' })],
      ['Google answered 403', answer(403, { error: 'invalid_token' })],
      ['Google answered 400', answer(400, { error: 'invalid_request' })],
      ['Google answered 400', answer(400, '<html>Bad Request</html>')],
      ['Google answered 400', answer(400, null)],
      ['Google answered 400', answer(400, ['invalid_token'])],
      [unreached, answer(307, '', { location: `${elsewhere.url}/revoke` })],
      [unreached, () => undefined],
    ] as const) {
      // A busy machine must not look like a Google that is silent.
      await using verifier = make(reason === unreached ? 500 : 20_000);
      google.handler = handler;
      const error = await verifier.revokeGrant('ya29.secret').catch((error: unknown) => error);
      t.match(error, { code: 'ERR_TOKENINFO_UNAVAILABLE', statusCode: 503 });
      const cause = error instanceof Error ? error.cause : undefined;
      t.match(cause, { message: `the grant was not revoked: ${reason}` });
      t.notMatch(String(cause), /secret/);
      t.throws(() => verifier.peek('ya29.secret'), REVOKED);
    }
    t.same(elsewhere.seen, [], 'and the token goes to nobody else');
  });
});

test('Google is asked once more, and not again', async (t) => {
  for (const [failures, isEnded] of [
    [1, true],
    [2, false],
  ] as const) {
    let asked = 0;
    const google = await startUpstream(t, (request, response) =>
      answer(++asked <= failures ? 503 : 200, {})(request, response),
    );
    const ended = revokeGrantAtGoogle('ya29.a', {
      oauth2RevokeUrl: new URL('/revoke', google.url),
      dispatcher: undefined,
      timeoutMs: 20_000,
    });
    if (isEnded) await ended;
    else await t.rejects(ended, { code: 'ERR_TOKENINFO_UNAVAILABLE' });
    t.equal(asked, 2);
  }
});

for (const contentType of ['application/json; charset=UTF-8', 'text/plain']) {
  test(`a grant that is over counts as ended, also in ${contentType}`, async (t) => {
    const google = await startUpstream(t, answer(400, { error: 'invalid_token' }, { 'content-type': contentType }));
    const oauth2RevokeUrl = new URL('/revoke', google.url);
    const agent = new Agent();
    t.teardown(() => agent.close());
    for (const dispatcher of [undefined, agent]) {
      await revokeGrantAtGoogle('ya29.a', { oauth2RevokeUrl, dispatcher, timeoutMs: 20_000 });
    }
    t.equal(google.seen.length, 2);
  });
}

test('through a dispatcher as well, an outage is told as one, and silence ends', async (t) => {
  const agent = new Agent();
  t.teardown(() => agent.destroy());
  for (const [reason, handler] of [
    ['Google answered 503', answer(503, {})],
    ['Google answered 302', answer(302, {}, { location: '/elsewhere' })],
    ['Google could not be reached', () => undefined],
  ] as const) {
    const google = await startUpstream(t, handler);
    const timeoutMs = reason === 'Google could not be reached' ? 500 : 20_000;
    const endpoint = { oauth2RevokeUrl: new URL('/revoke', google.url), dispatcher: agent, timeoutMs };
    await t.rejects(revokeGrantAtGoogle('ya29.secret', endpoint), {
      code: 'ERR_TOKENINFO_UNAVAILABLE',
      cause: { message: `the grant was not revoked: ${reason}` },
    });
  }
});

test('the proxy of the environment is asked for Google, and not for an emulator on this machine', async (t) => {
  const proxy = await startProxy(t);
  t.intercept(process, 'env', { value: { ...process.env, HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url } });
  const google = await startUpstream(t, answer(200, {}));
  const through = (url: string) =>
    revokeGrantAtGoogle('ya29.a', { oauth2RevokeUrl: new URL(url), dispatcher: undefined, timeoutMs: 20_000 });
  await through(`${google.url}/revoke`);
  t.equal(google.seen.length, 1);
  t.strictSame(proxy.asked, []);
  await t.rejects(through('https://google.invalid/revoke'), { code: 'ERR_TOKENINFO_UNAVAILABLE' });
  t.strictSame([...new Set(proxy.asked)], ['CONNECT google.invalid:443']);
});
