import { test } from 'tap';
import { type RevocationEntry, readRevocationEntry, stampRevocationEntry } from '../src/index.ts';
import { shown } from './fixtures/shown.ts';

const tokenSha256 = '0123456789abcdef'.repeat(4);
const SUBJECT = '106488946935451153824';

const token = { type: 'token', tokenSha256, expiresAt: 2 } as const;
const subject = { type: 'subject', subject: SUBJECT, issuedBefore: 1, expiresAt: 2 } as const;
const everyone = { type: 'everyone', issuedBefore: 1, expiresAt: 2 } as const;
const block = { type: 'block', subject: SUBJECT } as const;
const bySha256 = { subject: undefined, subjectSha256: tokenSha256 };

const entries: readonly RevocationEntry[] = [
  token,
  subject,
  { type: 'subject', subjectSha256: tokenSha256, issuedBefore: 1, expiresAt: 2 },
  everyone,
  block,
  { type: 'block', subjectSha256: tokenSha256 },
  { ...block, type: 'unblock' },
  { type: 'unblock', subjectSha256: tokenSha256 },
];

test('an entry is taken as it is, with what is said about it, and cannot be changed any more', (t) => {
  for (const entry of entries) {
    t.strictSame(readRevocationEntry(entry), entry);
    const noted = { ...entry, at: 3, reason: 'a laptop was stolen', by: 'job:nightly' };
    const read = readRevocationEntry(noted);
    t.strictSame(read, noted);
    t.not(read, noted);
    t.ok(Object.isFrozen(read));
    t.strictSame(readRevocationEntry({ ...entry, at: undefined, reason: undefined, by: undefined }), entry);
  }
  t.end();
});

test('an entry that is appended says when, unless it does already', (t) => {
  const before = Date.now();
  const { at, ...rest } = stampRevocationEntry(block);
  t.strictSame(rest, block);
  t.ok(at >= before && at <= Date.now());
  const stamped = stampRevocationEntry({ ...block, at: 0 });
  t.strictSame(stamped, { ...block, at: 0 });
  t.ok(Object.isFrozen(stamped));
  t.end();
});

const NO_SHA256 = 'a SHA-256 as 64 lower-case hex digits';
const NO_SUBJECT = 'subject: a Google sub, 1 to 255 visible ASCII characters';
const NO_TIME = 'a whole number of ms since the epoch';

const refused: readonly { what: string; value: unknown; message: string }[] = [
  ...[undefined, null, 'token', 1, () => token].map((value) => ({
    what: `no object: ${typeof value} ${value === null}`,
    value,
    message: 'a revocation entry is an object',
  })),
  ...[undefined, '', 'Token', ['token']].map((type) => ({
    what: `the type ${shown(type)}`,
    value: { ...token, type },
    message: 'type: token, subject, everyone, block or unblock',
  })),
  ...[
    '',
    `${tokenSha256}0`,
    `\n${tokenSha256}`,
    tokenSha256.slice(1),
    tokenSha256.toUpperCase(),
    [tokenSha256],
  ].flatMap((sha256) => [
    {
      what: `the hash of a token ${shown(sha256)}`,
      value: { ...token, tokenSha256: sha256 },
      message: `tokenSha256: ${NO_SHA256}`,
    },
    {
      what: `the hash of a subject ${shown(sha256)}`,
      value: { ...block, subject: undefined, subjectSha256: sha256 },
      message: `subjectSha256: ${NO_SHA256}`,
    },
  ]),
  ...[undefined, 7, '', ' ', 'a b', ' a', 'a ', 'a\n', 'é', '\x7f', 'x'.repeat(256), ['a']].map((sub) => ({
    what: `the subject ${shown(sub)}`,
    value: { ...block, subject: sub },
    message: NO_SUBJECT,
  })),
  ...[undefined, null, '1', -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53].flatMap((time) => [
    { what: `a token until ${time}`, value: { ...token, expiresAt: time }, message: `expiresAt: ${NO_TIME}` },
    { what: `a sign-out until ${time}`, value: { ...subject, expiresAt: time }, message: `expiresAt: ${NO_TIME}` },
    { what: `a sign-out of ${time}`, value: { ...subject, issuedBefore: time }, message: `issuedBefore: ${NO_TIME}` },
    { what: `everyone until ${time}`, value: { ...everyone, expiresAt: time }, message: `expiresAt: ${NO_TIME}` },
    { what: `everyone of ${time}`, value: { ...everyone, issuedBefore: time }, message: `issuedBefore: ${NO_TIME}` },
    ...(time === undefined ? [] : [{ what: `at ${time}`, value: { ...block, at: time }, message: `at: ${NO_TIME}` }]),
  ]),
  ...entries.flatMap((entry) =>
    [{ colour: 'red' }, { colour: null }, entry.type === 'token' ? { subject: SUBJECT } : { tokenSha256 }].map(
      (member) => ({
        what: `${entry.type} with ${Object.keys(member)}`,
        value: { ...entry, ...member },
        message: `a revocation entry of type ${entry.type} has an unknown member`,
      }),
    ),
  ),
];

for (const { what, value, message } of refused) {
  test(`is no entry: ${what}`, (t) => {
    t.throws(() => readRevocationEntry(value), { name: 'TypeError', message });
    t.end();
  });
}

test('what is at the edge of the rules is an entry', (t) => {
  const zero = readRevocationEntry({ ...everyone, issuedBefore: -0, expiresAt: Number.MAX_SAFE_INTEGER, at: -0 });
  // JSON and SQLite know no negative zero.
  t.strictSame(zero, { ...everyone, issuedBefore: 0, expiresAt: Number.MAX_SAFE_INTEGER, at: 0 });
  t.ok(zero.type === 'everyone' && Object.is(zero.issuedBefore, 0) && Object.is(zero.at, 0));
  for (const sub of ['!', '~', 'x'.repeat(255)]) {
    t.strictSame(readRevocationEntry({ ...block, subject: sub }), { ...block, subject: sub });
  }
  t.strictSame(readRevocationEntry({ ...block, ...bySha256 }), { type: 'block', subjectSha256: tokenSha256 });
  t.end();
});

const goodReasons = [
  'x',
  `${'spaced out '.repeat(18)}xx`,
  'Überfall, 盗まれた, 🎒',
  '12345678901234',
  '12345678 words 9012345',
  'meet @ nine',
  'a@ b',
  'a @b',
  '@',
  '40 % of 40',
  'ya29',
  'eyJ and GOCSPX',
  'Eyjafjord. Iceland',
  'ratio 11//0',
  'x1//0',
  '1//1',
  'a/b+c=d.e~f-g_h',
  'x'.repeat(39),
  `${'x'.repeat(39)} ${'y'.repeat(39)}`,
];
const badReasons = [
  7,
  ['x'],
  '',
  `${'spaced out '.repeat(18)}xxx`,
  'a\tb',
  'a\u2028b',
  'a\u2029b',
  'a\u200bb',
  'a\nb',
  '\n',
  '123456789012345',
  'no 123456789012345678 any more',
  '12345 67890 12345',
  '12345  67890\u00a012345',
  '1 2 3 4 5 6 7 8 9 0 1 2 3 4 5',
  '１２３４５６７８９０１２３４５',
  'a@b',
  'mail from ada@example.com',
  'ada＠example.com',
  'ada%40example.com',
  'ya29.a',
  'token YA29.',
  '1//0g',
  'GOCSPX-secret',
  'token eyJhbGciOiJIUzI1NiJ9.e30.x',
  'refresh token 1//0',
  ...[...'x0_+/=.~-'].map((sign) => `opaque ${sign.repeat(40)}`),
];

for (const reason of goodReasons) {
  test(`a reason: ${shown(reason)}`, (t) => {
    t.strictSame(readRevocationEntry({ ...block, reason }), { ...block, reason });
    t.end();
  });
}
for (const reason of badReasons) {
  test(`no reason: ${shown(reason)}`, (t) => {
    const expected = 'up to 200 visible characters on one line, without a token, an e-mail address or a subject';
    t.throws(() => readRevocationEntry({ ...everyone, reason }), { name: 'TypeError', message: `reason: ${expected}` });
    t.end();
  });
}

for (const by of ['self', 'admin', 'google', 'job:a', 'job:0', 'job:nightly-clean_up.2', `job:a${'b-'.repeat(19)}`]) {
  test(`who revoked: ${shown(by)}`, (t) => {
    t.strictSame(readRevocationEntry({ ...block, by }), { ...block, by });
    t.end();
  });
}
for (const by of [
  7,
  ['self'],
  '',
  'Self',
  'myself',
  'selfish',
  'an admin',
  'support',
  'job:',
  'job:-a',
  'job:.a',
  'job:A',
  'job:aB',
  'job:a b',
  'a job:a',
  'job:123456789012345',
  `job:${'a'.repeat(40)}`,
]) {
  test(`not who revoked: ${shown(by)}`, (t) => {
    const message = 'by: self, admin, google or job:…, without a token, an e-mail address or a subject';
    t.throws(() => readRevocationEntry({ ...block, by }), { name: 'TypeError', message });
    t.end();
  });
}

test('a note does not hold its subject as a word of its own', (t) => {
  const about = (sub: string, note: object) => () => readRevocationEntry({ ...block, subject: sub, ...note });
  for (const reason of [
    '4711',
    'user 4711 asked',
    'it was (4711).',
    'users: 1,4711;2',
    'user 47 11',
    'user ４７１１',
  ]) {
    t.throws(about('4711', { reason }), { name: 'TypeError', message: 'reason: names the subject' });
  }
  for (const by of ['job:ada7', 'job:x.ada7']) {
    t.throws(about('ada7', { by }), { name: 'TypeError', message: 'by: names the subject' });
  }
  for (const reason of ['147112', '4711b', 'a4711', 'ticket-4711', 'é4711', '4711_2'])
    t.ok(about('4711', { reason })());
  t.ok(about('ada', { reason: 'ada asked' })(), 'so short a name could be a word of any sentence');
  t.end();
});
