import t from 'tap';
import { BoundedMap } from '../src/bounded-map.ts';

t.test('a full map forgets its oldest entry, and only for a new one', (t) => {
  const map = new BoundedMap<string, number>(2);
  map.set('a', 1).set('b', 2).set('a', 3);
  t.same(
    [...map],
    [
      ['a', 3],
      ['b', 2],
    ],
  );
  map.set('c', 4);
  t.same([...map.keys()], ['b', 'c']);
  t.end();
});
