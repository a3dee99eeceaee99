import fc from 'fast-check';
import { test } from 'tap';
import { type Challenge, formatChallenge, RetryLaterError, TokenRefusedError } from '../src/index.ts';
import { anyText } from './fixtures/any-text.ts';

const vectors = [
  { error: new TokenRefusedError('ERR_TOKEN_MISSING'), header: 'Bearer realm="api"' },
  {
    error: new TokenRefusedError('ERR_TOKEN_MALFORMED'),
    header:
      'Bearer realm="api", error="invalid_request", error_description="The request must carry exactly one well-formed bearer token, in the Authorization header"',
  },
  {
    error: new TokenRefusedError('ERR_TOKEN_IS_ID_TOKEN'),
    header:
      'Bearer realm="api", error="invalid_token", error_description="This is a JWT such as an ID token; send the access token instead"',
  },
  {
    error: new TokenRefusedError('ERR_TOKEN_INVALID'),
    header: 'Bearer realm="api", error="invalid_token", error_description="Google does not accept this access token"',
  },
  {
    error: new TokenRefusedError('ERR_TOKEN_SCOPE', ['email', 'https://www.googleapis.com/auth/calendar.readonly']),
    header:
      'Bearer realm="api", error="insufficient_scope", error_description="The access token lacks a scope that this request needs", scope="email https://www.googleapis.com/auth/calendar.readonly"',
  },
];
for (const { error, header } of vectors) {
  test(`writes the challenge of ${error.code}`, (t) => {
    t.equal(formatChallenge(error.challenge, { realm: 'api' }), header);
    t.end();
  });
}

test('names the metadata of the resource', (t) => {
  const resourceMetadata = 'https://api.example.com/.well-known/oauth-protected-resource';
  t.equal(
    formatChallenge({}, { realm: 'api', resourceMetadata }),
    `Bearer realm="api", resource_metadata="${resourceMetadata}"`,
  );
  t.end();
});

test('quotes and backslashes are escaped, and what is no visible ASCII becomes a question mark', (t) => {
  t.equal(formatChallenge({}, { realm: 'a "b" \\ ü\r\n' }), 'Bearer realm="a \\"b\\" \\\\ ???"');
  t.end();
});

test('no value can break out of the header', (t) => {
  fc.assert(
    fc.property(anyText, anyText, anyText, (realm, scope, errorDescription) => {
      const challenge: Challenge = { error: 'invalid_token', scope, errorDescription };
      const header = formatChallenge(challenge, { realm });
      return /^Bearer [a-z_]+="(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"(?:, [a-z_]+="(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"){3}$/.test(
        header,
      );
    }),
  );
  t.end();
});

test('asks to come back after whole seconds, at least one', (t) => {
  const after = (retryAfterMs?: number) =>
    new RetryLaterError('ERR_TOKENINFO_UNAVAILABLE', retryAfterMs === undefined ? {} : { retryAfterMs }).retryAfterS;
  t.same([undefined, 0, 1, 1000, 1001, 30_000].map(after), [1, 1, 1, 1, 2, 30]);
  t.end();
});
