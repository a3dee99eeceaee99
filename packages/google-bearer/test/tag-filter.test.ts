import fc from 'fast-check';
import { test } from 'tap';
import { TagFilter } from '../src/revocations/tag-filter.ts';
import { subjectKey, subjectTag, tagOfKey } from '../src/subject-key.ts';

const tag = (name: string | number): number => tagOfKey(subjectKey({ subject: `${name}` }));

test('an empty filter has nobody', (t) => {
  t.notOk(new TagFilter().mayHave(tag('a')));
  t.notOk(new TagFilter().mayHave(subjectTag({ subject: undefined })));
  t.end();
});

test('whoever was added may be there, however many are', (t) => {
  const property = fc.property(fc.uniqueArray(fc.maxSafeNat(), { maxLength: 3000 }), (names) => {
    const filter = new TagFilter();
    const tags: number[] = [];
    for (const name of names) {
      tags.push(tag(name));
      filter.add(tag(name), () => tags);
      if (!tags.every((each) => filter.mayHave(each))) return false;
    }
    return true;
  });
  fc.assert(property, { numRuns: 5 });
  t.end();
});

test('few strangers are taken for members', (t) => {
  const filter = new TagFilter();
  const members = Array.from({ length: 40_000 }, (_, index) => tag(index));
  for (const [index, member] of members.entries()) filter.add(member, () => members.slice(0, index + 1));
  const strangers = Array.from({ length: 40_000 }, (_, index) => tag(`stranger ${index}`));
  const taken = strangers.filter((stranger) => filter.mayHave(stranger)).length;
  t.ok(taken < 40_000 * 0.05, `${taken} of 40 000`);
  t.end();
});

test('who no longer matters leaves when there is no room', (t) => {
  const filter = new TagFilter();
  const latest = (upTo: number): number[] => [tag(upTo), tag(upTo - 1)];
  for (let index = 0; index < 100_000; index++) filter.add(tag(index), () => latest(index));
  const left = Array.from({ length: 90_000 }, (_, index) => filter.mayHave(tag(index))).filter(Boolean).length;
  t.ok(left < 90_000 * 0.05, `${left} of 90 000 have not`);
  for (const member of latest(99_999)) t.ok(filter.mayHave(member));
  t.end();
});
