import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { test } from 'tap';
import { GoogleBearerError } from '../src/index.ts';
import { checkTokenForm, keyFromSha256, sha256FromKey, tokenKey } from '../src/token/key.ts';
import { anyText } from './fixtures/any-text.ts';

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

const code = (token: unknown) => {
  try {
    checkTokenForm(String(token));
    tokenKey(token as string);
    return undefined;
  } catch (error) {
    return error instanceof GoogleBearerError ? error.code : error;
  }
};

const vectors: { name: string; token: unknown; expected: string | undefined }[] = [
  { name: 'a user token', token: 'ya29.a0AfB_byC-d~e+f/g', expected: undefined },
  { name: 'a service account token, which has two dots', token: 'ya29.c.b0Aaekm1K', expected: undefined },
  { name: 'padding at the end', token: 'abc==', expected: undefined },
  { name: 'one character', token: 'a', expected: undefined },
  { name: '2048 bytes', token: 'a'.repeat(2048), expected: undefined },
  { name: '2049 bytes', token: 'a'.repeat(2049), expected: 'ERR_TOKEN_MALFORMED' },
  { name: 'nothing', token: '', expected: 'ERR_TOKEN_MALFORMED' },
  { name: 'padding alone', token: '==', expected: 'ERR_TOKEN_MALFORMED' },
  { name: 'padding in the middle', token: 'a=b', expected: 'ERR_TOKEN_MALFORMED' },
  { name: 'a space', token: 'ya29.a b', expected: 'ERR_TOKEN_MALFORMED' },
  {
    name: 'a line break, which would split the header',
    token: 'ya29.a\r\nHost: evil',
    expected: 'ERR_TOKEN_MALFORMED',
  },
  { name: 'a line break at the end', token: 'ya29.a\n', expected: 'ERR_TOKEN_MALFORMED' },
  { name: 'a comma', token: 'a,b', expected: 'ERR_TOKEN_MALFORMED' },
  { name: 'a letter outside ASCII', token: 'ya29.ä', expected: 'ERR_TOKEN_MALFORMED' },
  { name: 'a NUL', token: 'ya29.\0', expected: 'ERR_TOKEN_MALFORMED' },
  {
    name: 'an ID token',
    token: `${base64url({ alg: 'RS256', kid: 'a' })}.e30.c2ln`,
    expected: 'ERR_TOKEN_IS_ID_TOKEN',
  },
  { name: 'an unsigned JWT', token: `${base64url({ alg: 'none' })}.e30.`, expected: 'ERR_TOKEN_IS_ID_TOKEN' },
  {
    name: 'an encrypted JWT, as NextAuth keeps its session',
    token: `${base64url({ alg: 'dir', enc: 'A256GCM' })}..aXY.Y3Q.dGFn`,
    expected: 'ERR_TOKEN_IS_ID_TOKEN',
  },
  { name: 'three parts that are no JWT', token: 'eyJ.eyJ.eyJ', expected: undefined },
];
for (const { name, token, expected } of vectors) {
  test(`${expected ?? 'accepts'}: ${name}`, (t) => {
    t.equal(code(token), expected);
    t.end();
  });
}

test('callers without types get the documented error too', (t) => {
  for (const token of [undefined, null, 42, {}, ['ya29.a'], Symbol('ya29')]) {
    t.throws(() => tokenKey(token as string), { code: 'ERR_TOKEN_MALFORMED' });
  }
  t.end();
});

test('the key is the SHA-256 and nothing else', (t) => {
  fc.assert(
    fc.property(fc.string({ maxLength: 2048 }), (token) => {
      const hex = createHash('sha256').update(token).digest('hex');
      return sha256FromKey(tokenKey(token)) === hex && keyFromSha256(hex) === tokenKey(token);
    }),
  );
  t.end();
});

test('no text makes the check fail in another way', (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String(), anyText), (token) =>
      [undefined, 'ERR_TOKEN_MALFORMED', 'ERR_TOKEN_IS_ID_TOKEN'].includes(code(token) as string | undefined),
    ),
    { numRuns: 1000 },
  );
  t.end();
});
