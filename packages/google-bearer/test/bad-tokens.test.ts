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

test('a flood of them takes the room of ten thousand, and those that nobody asked for longest are forgotten', (t) => {
  const bad = new BadTokens(300_000);
  bad.set('first', 0);
  bad.set('second', 0);
  for (let index = 0; index < 9_998; index++) bad.set(`stranger-${index}`, 0);
  t.ok(bad.has('first', 1), 'which counts as a use');
  bad.set('one more', 0);
  t.equal(bad.size, 10_000);
  t.equal(bad.refusedAt('second'), undefined);
  for (const key of ['first', 'stranger-0', 'one more']) t.equal(bad.refusedAt(key), 0, key);
  t.end();
});
