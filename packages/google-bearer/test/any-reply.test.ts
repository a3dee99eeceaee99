import { inspect } from 'node:util';
import fc from 'fast-check';
import { test } from 'tap';
import { createTokenVerifier, GoogleBearerError } from '../src/index.ts';
import { AUDIENCE, outages, refusals, SUBJECT, unsound, user } from './fixtures/tokeninfo-bodies.ts';
import { answer, startUpstream } from './fixtures/upstream.ts';

const EMAIL = 'somebody@example.com';

/** Whatever tokeninfo could say, sensible or not, as it comes over the wire. */
const reply = fc.record({
  status: fc.oneof({ arbitrary: fc.constant(200), weight: 3 }, fc.constantFrom(204, 301, 400, 401, 403, 429, 500, 503)),
  body: fc.oneof(
    fc.string(),
    fc.json(),
    fc.constantFrom(...[...refusals, ...outages].map(({ body }) => JSON.stringify(body))),
    fc.constantFrom({}, ...unsound).map((change) => JSON.stringify(user({ email: EMAIL, ...change }))),
    fc
      .dictionary(fc.constantFrom('aud', 'azp', 'sub', 'scope', 'exp', 'email', 'email_verified'), fc.string())
      .map((change) => JSON.stringify(user({ email: EMAIL, ...change }))),
  ),
});

test('whatever tokeninfo says, a caller gets a principal or a documented error that names nobody', async (t) => {
  const replies = fc.sample(reply, 300);
  const upstream = await startUpstream(t, (request, response) => {
    const { status, body } = replies[Number(request.headers.authorization?.split('.').at(-1))] ?? {
      status: 500,
      body: '',
    };
    answer(status, body)(request, response);
  });
  let accepted = 0;
  const outcomes = replies.map(async ({ status, body }, i) => {
    // A verifier each, so that one outage does not speak for the others.
    await using verifier = createTokenVerifier({
      audience: AUDIENCE,
      endpoints: upstream.url,
      timeoutMs: 60_000,
      // Room for a hundred thousand is made at once: three hundred times.
      maxEntries: 10,
    });
    const token = `ya29.secret.${i}`;
    try {
      const principal = await verifier.verify(token);
      accepted++;
      return status === 200 && principal.audience === AUDIENCE && JSON.parse(body).sub === principal.subject;
    } catch (error) {
      const text = inspect(error, { depth: 10, showHidden: true });
      return (
        error instanceof GoogleBearerError &&
        !text.includes('ya29.') &&
        !text.includes(EMAIL) &&
        !text.includes(SUBJECT)
      );
    }
  });
  for (const [i, outcome] of (await Promise.all(outcomes)).entries()) t.ok(outcome, JSON.stringify(replies[i]));
  t.ok(accepted > 0, 'some of the replies were good');
});
