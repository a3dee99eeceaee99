import { test } from 'tap';
import { BadTokens } from '../src/memory/bad-tokens.ts';

test('a no is believed for a while, and when it was said is known for longer', (t) => {
  const bad = new BadTokens(300_000);
  bad.set('a', 1000);
  t.ok(bad.has('a', 30_999));
  t.notOk(bad.has('a', 31_000));
  t.equal(bad.refusedAt('a'), 1000);
  bad.set('a', 31_000);
  t.equal(bad.refusedAt('a'), 31_000, 'the last one');
  t.equal(bad.refusedAt('b'), undefined, 'never, as far as is known');
  bad.delete('a');
  t.equal(bad.refusedAt('a'), undefined);
  t.end();
});
