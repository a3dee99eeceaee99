import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Test, test } from 'tap';
import { createTokenVerifier, GoogleBearerError, RetryLaterError, TokenRefusedError } from '../src/index.ts';
import { AUDIENCE } from './fixtures/tokeninfo-bodies.ts';
import { setUp } from './fixtures/verifier.ts';

type Package = typeof import('../src/index.ts');

/** Another copy of this package, as linked packages or two versions in one tree bring it in. */
async function otherCopy(t: Test): Promise<Package> {
  const folder = t.testdir({});
  cpSync(join(import.meta.dirname, '../src'), join(folder, 'src'), { recursive: true });
  symlinkSync(join(import.meta.dirname, '../node_modules'), join(folder, 'node_modules'), 'junction');
  return import(pathToFileURL(join(folder, 'src/index.ts')).href);
}

test('an error of another copy of the package is recognised for what it is', async (t) => {
  const other = await otherCopy(t);
  t.not(other.TokenRefusedError, TokenRefusedError, 'it is another copy');
  const refused = new other.TokenRefusedError('ERR_TOKEN_REVOKED');
  const later = new other.RetryLaterError('ERR_REVOCATIONS_STALE');
  t.ok(refused instanceof GoogleBearerError);
  t.ok(refused instanceof TokenRefusedError);
  t.notOk(refused instanceof RetryLaterError);
  t.ok(later instanceof GoogleBearerError);
  t.ok(later instanceof RetryLaterError);
  t.notOk(later instanceof TokenRefusedError);
  await t.rejects(other.createTokenVerifier({ audience: 'client' }).verify('not a token'), {
    code: 'ERR_TOKEN_MALFORMED',
  });
});

test('nothing else is one', (t) => {
  for (const value of [undefined, null, 'ERR_TOKEN_INVALID', {}, new Error('no'), { code: 'ERR_TOKEN_INVALID' }]) {
    t.notOk(value instanceof GoogleBearerError);
    t.notOk(value instanceof TokenRefusedError);
    t.notOk(value instanceof RetryLaterError);
  }
  class Special extends TokenRefusedError {}
  t.ok(new Special('ERR_TOKEN_INVALID') instanceof TokenRefusedError);
  t.notOk(new TokenRefusedError('ERR_TOKEN_INVALID') instanceof Special);
  t.end();
});

test('verifiers of one process without a log of their own know one truth, whichever copy of the package made them', async (t) => {
  const other = await otherCopy(t);
  const { verifier, upstream } = await setUp(t);
  const options = { audience: AUDIENCE, endpoints: upstream.url };
  await using twin = other.createTokenVerifier(options);
  await using wider = other.createTokenVerifier({ ...options, audience: [AUDIENCE, 'another'] });
  await using apart = other.createTokenVerifier({ ...options, revocationLog: other.memoryRevocationLog() });
  for (const each of [twin, wider, apart]) await each.verify('ya29.a');
  await verifier.revokeToken('ya29.a');
  for (const each of [twin, wider]) t.throws(() => each.peek('ya29.a'), { code: 'ERR_TOKEN_REVOKED' });
  t.ok(apart.peek('ya29.a'));
});

test('what one process revoked is forgotten with the last verifier', async (t) => {
  const { verifier, upstream } = await setUp(t);
  const options = { audience: AUDIENCE, endpoints: upstream.url };
  const twin = createTokenVerifier(options);
  await verifier.revokeToken('ya29.a');
  await verifier.close();
  await verifier.close();
  const third = createTokenVerifier(options);
  for (const each of [twin, third]) await t.rejects(each.verify('ya29.a'), { code: 'ERR_TOKEN_REVOKED' });
  await third.close();
  await twin.close();
  await using next = createTokenVerifier(options);
  t.ok(await next.verify('ya29.a'));
});

test('a closed verifier acknowledges no revocation, is never ready, and closes whatever the proxy is called', async (t) => {
  const { verifier } = await setUp(t);
  await verifier.close();
  await t.rejects(verifier.revokeToken('ya29.a'), {
    code: 'ERR_REVOCATION_NOT_STORED',
    cause: { message: 'the verifier is closed, and its revocation log with it' },
  });
  const never = { append: async () => undefined, follow: () => () => undefined };
  const unready = createTokenVerifier({ audience: AUDIENCE, revocationLog: never });
  const waiting = t.rejects(unready.ready(), { message: 'the verifier is closed' });
  await unready.close();
  await waiting;
});
