import { join } from 'node:path';
import fc from 'fast-check';
import type { RevocationEntry } from 'google-bearer';
import { t } from 'tap';
import { sqliteRevocationLog } from '../src/index.ts';
import { temporaryFile, temporaryFolder } from './fixtures/folder.ts';
import { countRows } from './fixtures/raw.ts';
import { Recorder } from './fixtures/recorder.ts';

const time = fc.oneof(fc.maxSafeNat(), fc.integer({ min: Date.now() - 3_600_000, max: Date.now() + 3_600_000 }));
const subject = fc.oneof(
  fc.stringMatching(/^[!-~]{1,255}$/),
  // Few, so that blocks and unblocks meet.
  fc.constantFrom('1', '2', "1'--", 'a', 'A', '__proto__'),
);
const tokenSha256 = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'));
const what: fc.Arbitrary<RevocationEntry> = fc.oneof(
  fc.record({ type: fc.constant('token'), tokenSha256, expiresAt: time }, { noNullPrototype: true }),
  fc.record({ type: fc.constant('subject'), subject, issuedBefore: time, expiresAt: time }, { noNullPrototype: true }),
  fc.record({ type: fc.constant('everyone'), issuedBefore: time, expiresAt: time }, { noNullPrototype: true }),
  fc.record({ type: fc.constantFrom('block', 'unblock'), subject }, { noNullPrototype: true }),
);

const note = fc.record(
  {
    at: fc.maxSafeNat(),
    reason: fc.constantFrom('a leaked token', "Robert'); DROP TABLE revocations;--", '"Verlust" – 失う'),
    by: fc.constantFrom('self', 'admin', 'job:nightly'),
  },
  { noNullPrototype: true, requiredKeys: ['at'] },
);
const entry: fc.Arbitrary<RevocationEntry> = fc.tuple(what, note).map(([revokes, said]) => ({ ...revokes, ...said }));

/** The model: what can still match a token, in order. */
function inForce(entries: readonly RevocationEntry[], now: number): readonly RevocationEntry[] {
  return entries.filter((each, index) => {
    if (each.type === 'unblock') return false;
    if (each.type !== 'block') return each.expiresAt > now;
    const later = entries.slice(index + 1);
    return !later.some(
      (other) => (other.type === 'block' || other.type === 'unblock') && other.subject === each.subject,
    );
  });
}

t.test(
  'any sequence of valid entries comes back the same, in order, here, elsewhere and after a restart',
  async (t) => {
    const folder = temporaryFolder(t);
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(entry, { maxLength: 30 }),
        fc.integer({ min: 1, max: 10 }),
        async (entries, groupSize) => {
          const path = join(folder, `${run++}.db`);
          const [here, elsewhere, late] = [new Recorder(), new Recorder(), new Recorder()];
          using log = sqliteRevocationLog({ path, pollIntervalMs: 1 });
          using other = sqliteRevocationLog({ path, pollIntervalMs: 1 });
          log.follow(here);
          other.follow(elsewhere);
          for (let first = 0; first < entries.length; first += groupSize) {
            await Promise.all(entries.slice(first, first + groupSize).map((each) => log.append(each)));
          }
          await elsewhere.until('all', () => elsewhere.entries.length >= entries.length);
          t.strictSame(elsewhere.told, entries);
          t.strictSame(here.told, entries);
          const now = Date.now();
          log.follow(late);
          t.strictSame(late.told, inForce(entries, now));
        },
      ),
      { numRuns: 100 },
    );
  },
);

const SECRET = 'a-secret-that-no-message-may-hold';
const wrongTime = fc.oneof(fc.constantFrom(0.5, Number.NaN, Infinity, 2 ** 53, null, undefined, '1', 1n), fc.object());
const wrongSubject = fc.constantFrom(
  '',
  `${SECRET}\ud800`,
  SECRET.repeat(20),
  7,
  null,
  undefined,
  [SECRET],
  new String(SECRET),
);
const wrongHash = fc.constantFrom(
  '',
  SECRET,
  'A'.repeat(64),
  'a'.repeat(63),
  'a'.repeat(65),
  `${'a'.repeat(64)}\n`,
  null,
  7,
);
const wrongType = fc.oneof(
  fc.constantFrom('', 'Token', 'toString', '__proto__', SECRET, null, undefined, 0),
  fc.object(),
);
const wrongText = fc.constantFrom(
  '',
  'two\nlines',
  `${SECRET}@example.com`,
  '106488946935451153824',
  'x'.repeat(300),
  7,
  [SECRET],
);
const wrong: Record<string, fc.Arbitrary<unknown>> = {
  type: wrongType,
  subject: wrongSubject,
  tokenSha256: wrongHash,
  issuedBefore: wrongTime,
  expiresAt: wrongTime,
  at: wrongTime.filter((value) => value !== undefined),
  reason: wrongText,
  by: wrongText,
};

/** A valid entry with one thing wrong: a bad value, a field that is missing, or one too many. */
const damaged = fc.tuple(what, note).chain(([revokes, said]) => {
  const valid = { ...revokes, ...said };
  return fc.oneof(
    ...Object.keys(valid).map((key) => (wrong[key] ?? fc.constant(null)).map((value) => ({ ...valid, [key]: value }))),
    // What is said may be left out.
    ...Object.keys(revokes).map((key) =>
      fc.constant(Object.fromEntries(Object.entries(valid).filter(([name]) => name !== key))),
    ),
    fc.constant({ ...valid, note: SECRET }),
  );
});

t.test('anything else is rejected with a TypeError that tells no secret, and is not stored', async (t) => {
  const path = temporaryFile(t);
  using log = sqliteRevocationLog({ path });
  const append: (entry: unknown) => Promise<void> = (junk) => Reflect.apply(log.append, log, [junk]);
  await fc.assert(
    fc.asyncProperty(fc.oneof(damaged, fc.anything()), async (junk) => {
      const error: unknown = await append(junk).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      return error instanceof TypeError && !error.message.includes(SECRET);
    }),
    { numRuns: 2000 },
  );
  t.equal(countRows(path), 0);
});
