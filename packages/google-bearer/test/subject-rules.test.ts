import { test } from 'tap';
import { SubjectRules } from '../src/revocations/subject-rules.ts';
import { subjectKey } from '../src/token/subject-key.ts';

const KEY = subjectKey({ subject: '1' });
const expiresAt = Date.now() + 3_600_000;

test('a rule meets what was issued before its moment, and not what was issued at it', (t) => {
  const rules = new SubjectRules();
  rules.apply({ type: 'subject', subject: '1', issuedBefore: 1000, expiresAt });
  t.ok(rules.revokes(KEY, 999));
  t.notOk(rules.revokes(KEY, 1000));
  t.end();
});

test('a rule is listed until its end, and not at its end', (t) => {
  const rules = new SubjectRules();
  rules.apply({ type: 'subject', subject: '1', issuedBefore: 1000, expiresAt });
  t.match([...rules.entries(expiresAt - 1)], [{ type: 'subject', subject: '1' }]);
  t.strictSame([...rules.entries(expiresAt)], []);
  t.end();
});

test('of two rules the stricter stays, with what was said about it; of two that are as strict, the first', (t) => {
  const rules = new SubjectRules();
  const rule = { type: 'subject', subject: '1', issuedBefore: 1000, expiresAt } as const;
  rules.apply({ ...rule, by: 'self' });
  rules.apply({ ...rule, by: 'admin', expiresAt: expiresAt + 1 });
  t.strictSame([...rules.entries(0)], [{ ...rule, by: 'self', expiresAt: expiresAt + 1 }]);
  rules.apply({ ...rule, by: 'google', issuedBefore: 1001 });
  t.strictSame([...rules.entries(0)], [{ ...rule, by: 'google', issuedBefore: 1001, expiresAt: expiresAt + 1 }]);
  t.end();
});

test('a block meets every token of its user until it is lifted, and nobody else', (t) => {
  const rules = new SubjectRules();
  rules.apply({ type: 'block', subject: '1' });
  t.ok(rules.blocks(KEY));
  t.ok(rules.revokes(KEY, Number.POSITIVE_INFINITY));
  const other = subjectKey({ subject: '2' });
  t.notOk(rules.blocks(other));
  t.notOk(rules.revokes(other, 0));
  t.notOk(rules.revokes(undefined, 0), 'nor a token without a user');
  rules.apply({ type: 'unblock', subject: '1' });
  t.notOk(rules.blocks(KEY));
  t.notOk(rules.revokes(KEY, 0));
  t.end();
});
