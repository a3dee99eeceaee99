import { randomUUID } from 'node:crypto';
import { noRedis, Redis } from '@google-bearer/test-kit/redis';
import fc from 'fast-check';
import { type RevocationEntry, revokedSubjectSha256 } from 'google-bearer';
import { t } from 'tap';
import { derive, seal, unseal } from '../src/cache/seal.ts';
import { redisRevocationLog } from '../src/index.ts';
import { compareIds, stamp } from '../src/log/elements.ts';
import { Recorder } from './fixtures/recorder.ts';

const time = fc.integer({ min: Date.now() + 60_000, max: Date.now() + 3_600_000 });
const sha256 = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'));
// Few, so that blocks and unblocks meet.
const subject = fc.constantFrom('1', '2', "1'--", 'a', '__proto__');
const what: fc.Arbitrary<RevocationEntry> = fc.oneof(
  fc.record({ type: fc.constant('token'), tokenSha256: sha256, expiresAt: time }, { noNullPrototype: true }),
  fc.record({ type: fc.constant('subject'), subject, issuedBefore: time, expiresAt: time }, { noNullPrototype: true }),
  fc.record({ type: fc.constant('everyone'), issuedBefore: time, expiresAt: time }, { noNullPrototype: true }),
  fc.record({ type: fc.constant('block'), subject }, { noNullPrototype: true }),
  fc.record({ type: fc.constant('unblock'), subject }, { noNullPrototype: true }),
  fc.record({ type: fc.constant('block'), subjectSha256: sha256 }, { noNullPrototype: true }),
);
const note = fc.record(
  {
    at: time,
    reason: fc.constantFrom('a leaked token', '"Verlust" – 失う'),
    by: fc.constantFrom('admin', 'job:nightly'),
  },
  { noNullPrototype: true, requiredKeys: ['at'] },
);
const entry: fc.Arbitrary<RevocationEntry> = fc.tuple(what, note).map(([revokes, said]) => ({ ...revokes, ...said }));

t.test(
  'any sequence of entries is told in order, with hashes for subjects, here, elsewhere and later',
  { skip: noRedis },
  async (t) => {
    const server = await Redis.start(t);
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 30 }), async (entries) => {
        const prefix = randomUUID();
        await server.settle(prefix);
        await using log = redisRevocationLog({ url: server.url, prefix });
        await using other = redisRevocationLog({ url: server.url, prefix });
        const [here, elsewhere, late] = [new Recorder(), new Recorder(), new Recorder()];
        log.follow(here);
        other.follow(elsewhere);
        await Promise.all([here, elsewhere].map((each) => each.until('a start', () => each.confirmations.length > 0)));
        await Promise.all(entries.map((each) => log.append(each)));
        const expected = entries.map(stamp);
        t.strictSame(here.told, expected);
        log.follow(late);
        await late.until('a start', () => late.confirmations.length > 0);
        t.strictSame(blocked(late.told), blocked(expected));
        t.strictSame(lasting(late.told), lasting(expected));
        await elsewhere.until('all', () => elsewhere.told.length >= expected.length);
        t.strictSame(elsewhere.told, expected);
      }),
      { numRuns: 15 },
    );
  },
);

function blocked(told: readonly RevocationEntry[]): string[] {
  const blocks = new Set<string>();
  for (const each of told) {
    if (each.type === 'block') blocks.add(revokedSubjectSha256(each));
    if (each.type === 'unblock') blocks.delete(revokedSubjectSha256(each));
  }
  return [...blocks].sort();
}

/** What has no opposite, in its order. */
function lasting(told: readonly RevocationEntry[]): RevocationEntry[] {
  return told.filter(({ type }) => type !== 'block' && type !== 'unblock');
}

t.test('what is sealed is read by who has the token, and by nobody else', async () => {
  const token = fc.stringMatching(/^[\w.-]{1,60}$/);
  const endpoint = fc.constantFrom('https://oauth2.googleapis.com/tokeninfo', 'http://localhost:4400/tokeninfo');
  fc.assert(
    fc.property(token, token, endpoint, endpoint, fc.string(), fc.nat(), (one, two, here, there, text, at) => {
      const [mine, others] = [derive(one, here), derive(two, there)];
      const same = one === two && here === there;
      const sealed = seal(text, mine);
      const bytes = Buffer.from(sealed, 'base64');
      const index = at % bytes.length;
      bytes[index] = (bytes[index] ?? 0) ^ (1 + (at % 255));
      return (
        unseal(sealed, mine) === text &&
        unseal(sealed, others) === (same ? text : undefined) &&
        (mine.name === others.name) === same &&
        unseal(bytes.toString('base64'), mine) === undefined
      );
    }),
  );
});

t.test('ids are compared as numbers', async (t) => {
  const ids = ['0-0', '0-1', '9-0', '10-0', '10-2', '10-10', '1763900000000-0'];
  t.strictSame(ids.toReversed().sort(compareIds), ids);
});
