import t from 'tap';
import { startApi } from './support/api.ts';

const post = { method: 'POST', url: '/api/user' } as const;

/** Each is sent alone, between spaces, and together with all others. */
const INVISIBLE: Readonly<Record<string, string>> = {
  nothing: '',
  spaces: ' \u00a0\u1680\u2003\u202f\u205f\u3000',
  'line ends and controls': '\t\n\r\u0000\u001b\u0085\u2028\u2029',
  'zero-width characters': '\u200b\u200c\u200d\u2060\ufeff',
  'marks of direction': '\u200e\u200f\u061c',
  'invisible operators': '\u2061\u2062\u2063\u2064',
  'deprecated format characters': '\u206a\u206b\u206c\u206d\u206e\u206f',
  'a soft hyphen': '\u00ad',
  'Hangul fillers': '\u115f\u1160\u3164\uffa0',
  'Khmer inherent vowels': '\u17b4\u17b5',
  'Mongolian separators': '\u180b\u180c\u180d\u180e\u180f',
  'variation selectors': '\ufe00\ufe0e\ufe0f\u{e0100}\u{e01ef}',
  'tag characters': '\u{e0001}\u{e0041}\u{e0064}\u{e0061}\u{e007f}',
  'what is reserved for further ones': '\u2065\ufff0\u{e0fff}',
  'combining marks': '\u0301\u034f\u20dd\u0903\u1ab0',
  'marks of annotation, and an object that is missing': '\ufff9\ufffa\ufffb\ufffc',
  'controls of notes, shorthand and hieroglyphs': '\u{1d173}\u{1bca0}\u{13430}\u{1d159}\u{13441}\u{13442}',
  'Braille without dots': '\u2800\u2800',
  noncharacters: '\ufffe\ufdd0\u{1fffe}',
};

/** Each alone makes a name unfit, however readable the rest is. */
const TURNING = ['\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069'] as const;

const REAL = [
  'Ada',
  'Ó',
  'X Æ A-12',
  '李',
  '김민수',
  'ᄀᆞᆷ',
  'สมชาย',
  'አበበ',
  'ᏣᎳᎩ',
  'José\u0301',
  'Nguye\u0302\u0303n',
  // Persian and Kurdish with a zero-width non-joiner, Sinhala and Malayalam with a joiner.
  'مهدی\u200cزاده',
  'ශ්\u200dරී',
  'നന്\u200dദ',
  // Names of both directions on one line are told apart by marks, which turn nothing around.
  'דוד\u200f (David)',
  'عمر\u061c',
  '👩\u200d💻',
  '❤\ufe0f',
  '1\ufe0f\u20e3',
  '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
  '葛\u{e0100}城',
  '⠁⠙⠁',
  '\u{20bb7}野',
  // Characters for private use, as Hong Kong's names had them.
  '\ue000',
  '—',
] as const;

t.test('a name that shows nothing counts as not sent: the old one stays', async (t) => {
  const { as, google } = await startApi(t);
  const token = google.mintToken();
  const all = Object.values(INVISIBLE).join('');
  for (const [what, name] of [...Object.entries(INVISIBLE), ['all of them', all] as const]) {
    const first = await as(token, { ...post, payload: { name } });
    t.equal(first.statusCode, 201, what);
    t.equal(first.json().name, null);
    t.equal((await as(token, { ...post, payload: { name: 'Ada' } })).json().name, 'Ada');
    for (const sent of [name, ` ${name} `]) {
      const again = await as(token, { ...post, payload: { name: sent } });
      t.equal(again.statusCode, 200, what);
      t.equal(again.json().name, 'Ada');
    }
    await as(token, { method: 'DELETE', url: '/api/user' });
  }
});

t.test('a name that turns text around counts as not sent', async (t) => {
  const { as, google } = await startApi(t);
  const token = google.mintToken();
  t.equal((await as(token, { ...post, payload: { name: '\u202eadA' } })).json().name, null);
  t.equal((await as(token, { ...post, payload: { name: 'Ada' } })).json().name, 'Ada');
  for (const character of TURNING) {
    for (const name of [character, `${character}Grace`, `Gr${character}ace`, `Grace${character}`, `\n${character}G`]) {
      const response = await as(token, { ...post, payload: { name } });
      t.equal(response.statusCode, 200, JSON.stringify(name));
      t.equal(response.json().name, 'Ada');
    }
  }
});

t.test('a real name stays as it is, in every script', async (t) => {
  const { as, google } = await startApi(t);
  const token = google.mintToken();
  for (const name of REAL) {
    t.equal((await as(token, { ...post, payload: { name } })).json().name, name);
  }
});
