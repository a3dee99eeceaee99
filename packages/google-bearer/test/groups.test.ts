import { test } from 'tap';
import { Groups } from '../src/revocations/watching/groups.ts';

test('groups that empty disappear', (t) => {
  const groups = new Groups<string, object>();
  const members = Array.from({ length: 4 }, () => ({}));
  const [a, b, c, d] = members;
  if (!(a && b && c && d)) throw new Error('no members');
  const of = (key: string) => [...(groups.of(key) ?? [])];
  groups.add('x', a);
  groups.add('y', b);
  groups.delete('x', b);
  t.same(of('x').length, 1);
  groups.add('x', c);
  groups.add('x', d);
  t.ok(of('x').every((member, index) => member === [a, c, d][index]));
  t.equal([...groups.all()].length, 4);
  for (const member of members) for (const key of ['x', 'y']) groups.delete(key, member);
  t.equal(groups.of('x'), undefined);
  t.same([...groups.keys()], []);
  groups.add('x', a);
  groups.add('x', a);
  groups.delete('x', a);
  t.same([...groups.keys()], []);
  t.end();
});
