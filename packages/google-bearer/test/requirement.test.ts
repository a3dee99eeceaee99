import { test } from 'tap';
import { setUp } from './fixtures/verifier.ts';

/** What looks like a requirement, and would let every good token pass if it were taken for none. */
const mistakes: Record<string, [unknown, RegExp]> = {
  'a misspelt name': [{ scope: ['email'] }, /^google-bearer: scope: there is no such requirement; there are scopes, /],
  'another misspelt one': [{ anyScopes: ['email'] }, /anyScopes: there is no such requirement/],
  'one beside a good one': [{ scopes: ['openid'], scope: 'email' }, /scope: there is no such requirement/],
  'an inherited one': [Object.create({ scope: ['email'] }), /scope: there is no such requirement/],
  'the list alone': [['email'], /0: there is no such requirement/],
  'the scope alone': ['email', /expected an object such as \{ scopes/],
  'a scope that is no list': [{ scopes: 'email' }, /scopes: a list of scopes/],
  'a scope that is no list, of several': [{ anyScope: 'email' }, /anyScope: a list of scopes/],
  nothing: [null, /expected an object/],
  'no scopes': [{ scopes: null }, /scopes: a list of scopes/],
};

test('what is no requirement is refused, rather than taken for none', async (t) => {
  const { verifier, upstream } = await setUp(t);
  for (const state of ['unknown', 'known']) {
    for (const [name, [requirement, message]] of Object.entries(mistakes)) {
      const call = { name: 'TypeError', message };
      const verifying: unknown = Reflect.apply(verifier.verify, verifier, ['ya29.a', requirement]);
      await t.rejects(Promise.resolve(verifying), call, `verify, ${state}: ${name}`);
      t.throws(() => Reflect.apply(verifier.peek, verifier, ['ya29.a', requirement]), call, `peek, ${state}: ${name}`);
    }
    t.equal(upstream.seen.length, state === 'known' ? 1 : 0, 'and nobody is asked');
    await verifier.verify('ya29.a');
  }
});

test('what may be left out may be undefined', async (t) => {
  const { verifier } = await setUp(t);
  const requirement = { scopes: undefined, anyScope: undefined, signal: undefined, onSource: undefined };
  t.ok(await Reflect.apply(verifier.verify, verifier, ['ya29.a', requirement]));
  t.ok(await verifier.verify('ya29.a', {}));
  t.ok(await verifier.verify('ya29.a', Object.assign(Object.create(null), { scopes: ['email'] })));
});
