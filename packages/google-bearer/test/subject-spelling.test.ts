import { createHash } from 'node:crypto';
import { test } from 'tap';
import { memoryRevocationLog, type RevocationEntry, readRevocationEntry, revokedSubjectSha256 } from '../src/index.ts';
import { expiresInS, SUBJECT, user } from './fixtures/tokeninfo-bodies.ts';
import { answer } from './fixtures/upstream.ts';
import { setUp } from './fixtures/verifier.ts';

const REVOKED = { code: 'ERR_TOKEN_REVOKED' };
const subjectSha256 = createHash('sha256').update(SUBJECT).digest('hex');
const clear: RevocationEntry = { type: 'block', subject: SUBJECT };
const hashed: RevocationEntry = { type: 'block', subjectSha256 };

test('an entry names its subject in one of two ways', (t) => {
  t.same(readRevocationEntry(hashed), hashed);
  t.equal(revokedSubjectSha256({ subject: SUBJECT }), subjectSha256);
  t.equal(revokedSubjectSha256({ subjectSha256 }), subjectSha256);
  for (const type of ['block', 'unblock', 'subject']) {
    const times = type === 'subject' ? { issuedBefore: 1, expiresAt: 2 } : {};
    for (const whom of [{}, { subject: SUBJECT, subjectSha256 }, { subjectSha256: subjectSha256.toUpperCase() }]) {
      t.throws(() => readRevocationEntry({ type, ...times, ...whom }), {
        name: 'TypeError',
        message: /subject|member/,
      });
    }
  }
  t.end();
});

test('a hash blocks its subject, and nobody else', async (t) => {
  const log = memoryRevocationLog();
  const { verifier, upstream } = await setUp(t, { revocationLog: log });
  await verifier.verify('ya29.a');
  upstream.handler = answer(200, user({ sub: '999' }));
  await verifier.verify('ya29.other');
  await log.append(hashed);
  t.throws(() => verifier.peek('ya29.a'), REVOKED);
  t.throws(() => verifier.peek('ya29.a'), REVOKED, 'also when the hash is known');
  t.ok(verifier.peek('ya29.other'));
  t.match([...verifier.revocations()], [{ ...hashed, at: Number }]);
  await log.append({ ...hashed, type: 'unblock' });
  t.ok(verifier.peek('ya29.a'));
});

test('a rule about issue times matches by hash', async (t) => {
  const log = memoryRevocationLog();
  const { verifier } = await setUp(t, { revocationLog: log }, answer(200, user({ exp: expiresInS(3000) })));
  await verifier.verify('ya29.a');
  const expiresAt = Date.now() + 3_600_000;
  await log.append({ type: 'subject', subjectSha256, issuedBefore: Date.now() - 900_000, expiresAt });
  t.ok(verifier.peek('ya29.a'), 'issued ten minutes ago');
  await log.append({ type: 'subject', subject: SUBJECT, issuedBefore: Date.now(), expiresAt });
  t.throws(() => verifier.peek('ya29.a'), REVOKED);
  t.match(verifier.stats().revocations, { subjects: 1 });
});

test('both spellings are one person, in whichever order they come', async (t) => {
  const lift = (entry: RevocationEntry & { readonly type: 'block' }): RevocationEntry => ({
    ...entry,
    type: 'unblock',
  });
  const histories: { history: RevocationEntry[]; blocked: boolean }[] = [
    { history: [clear, lift(hashed)], blocked: false },
    { history: [hashed, lift(clear)], blocked: false },
    { history: [clear, hashed, lift(clear)], blocked: false },
    { history: [clear, lift(hashed), clear], blocked: true },
    {
      history: [{ type: 'block', subject: 'other' }, clear, { type: 'unblock', subjectSha256: 'a'.repeat(64) }],
      blocked: true,
    },
  ];
  for (const { history, blocked } of histories) {
    const log = memoryRevocationLog();
    const early = await setUp(t, { revocationLog: log });
    for (const entry of history) await log.append(entry);
    const late = await setUp(t, { revocationLog: log });
    for (const { verifier } of [early, late]) {
      if (blocked) await t.rejects(verifier.verify('ya29.a'), REVOKED);
      else t.ok(await verifier.verify('ya29.a'));
    }
  }
});
