import fc from 'fast-check';
import { test } from 'tap';
import { googleBearer } from '../src/index.ts';
import { clientId, makeApp, sendRaw, startGoogle } from './kit.ts';

/** The status that goes with each code a header can bring about. */
const documented: Record<string, number> = {
  ERR_TOKEN_MISSING: 401,
  ERR_TOKEN_MALFORMED: 400,
  ERR_TOKEN_IS_ID_TOKEN: 401,
  ERR_TOKEN_INVALID: 401,
};

test('any Authorization header gives the principal or a documented error, and never shows the token', async (t) => {
  const google = await startGoogle(t);
  const app = makeApp(t);
  await app.register(googleBearer, { audience: clientId, endpoints: google.url });
  app.get('/', (request) => ({ subject: request.principal?.subject }));
  const url = await app.listen();
  const good = google.mintToken();

  // Everything a field value can hold (RFC 9110 §5.5), with a leaning towards what looks like a token.
  const anyByte = fc
    .integer({ min: 0x20, max: 0xff })
    .map((code) => (code === 0x7f ? '\t' : String.fromCharCode(code)));
  const scheme = fc.oneof(fc.mixedCase(fc.constant('bearer')), fc.constantFrom('Basic', 'Bearerx', '', 'Bearer,'));
  const blank = fc.oneof({ weight: 3, arbitrary: fc.constant(' ') }, fc.stringMatching(/^[ \t\u00a0]{0,3}$/));
  const token = fc.oneof(
    fc.constant(good),
    fc.stringMatching(/^[A-Za-z0-9\-._~+/]{12,40}={0,2}$/),
    fc.string({ unit: anyByte, maxLength: 60 }),
  );
  const header = fc.oneof(fc.tuple(scheme, blank, token, blank), fc.tuple(fc.string({ unit: anyByte, maxLength: 60 })));

  await fc.assert(
    fc.asyncProperty(header, async (parts) => {
      const value = parts.join('');
      const seen = app.lines.length;
      const response = await sendRaw(url, ['GET / HTTP/1.1', `Authorization: ${value}`]);
      const body = JSON.parse(response.body);
      const wellFormed = new RegExp(`^[ \\t]*bearer +${good}[ \\t]*$`, 'i').test(value);

      if (wellFormed) t.strictSame([response.status, body], [200, { subject: '106488946935451153824' }]);
      else t.equal(documented[body.code], response.status, `${JSON.stringify(value)} → ${response.status}`);
      t.equal(response.headers.has('www-authenticate'), response.status !== 200);

      const [, , secret = ''] = parts;
      if (secret.trim().length >= 12) {
        const shown = [response.body, ...response.headers.values(), ...app.lines.slice(seen)].join('\n');
        t.notOk(shown.includes(secret.trim()), 'shows the token');
      }
    }),
    { numRuns: 500 },
  );
});
