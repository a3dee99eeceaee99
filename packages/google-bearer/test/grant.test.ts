import { test } from 'tap';
import { createTokenVerifier } from '../src/index.ts';
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
    for (const handler of [
      answer(503, {}),
      answer(400, { error: 'invalid_request' }),
      answer(400, '<html>Bad Request</html>'),
      answer(307, '', { location: `${elsewhere.url}/revoke` }),
      () => undefined,
    ]) {
      await using verifier = make(500);
      google.handler = handler;
      const error = await verifier.revokeGrant('ya29.secret').catch((error: unknown) => error);
      t.match(error, { code: 'ERR_TOKENINFO_UNAVAILABLE', statusCode: 503 });
      t.notMatch(String(error instanceof Error && error.cause), /secret/);
      t.throws(() => verifier.peek('ya29.secret'), REVOKED);
    }
    t.same(elsewhere.seen, [], 'and the token goes to nobody else');
  });
});
