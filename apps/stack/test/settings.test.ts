import { test } from 'tap';
import { readEnvironment, type Variables } from '../src/env.ts';
import { readSettings, type Settings } from '../src/settings.ts';

const ID = '123-abc.apps.googleusercontent.com';
const SECRET = 'GOCSPX-0123456789';

interface Case {
  readonly name: string;
  /** The text of `.env`; undefined: there is none. */
  readonly file?: string;
  readonly real?: Variables;
  /** The client of the real Google; undefined: the emulator is used. */
  readonly google?: Settings['google'];
  readonly notes?: readonly RegExp[];
  readonly problems?: readonly RegExp[];
}

const google = { ids: [ID], secret: SECRET };
const both = `GOOGLE_CLIENT_ID=${ID}\nGOOGLE_CLIENT_SECRET=${SECRET}\n`;
const noFile = /no \.env, .*emulator is used.*copy \.env\.example to \.env/;
const notSet = /not set, .*emulator is used/;
const where = /console\.cloud\.google\.com.*/;
const uri = /"Web application".*http:\/\/localhost:3000\/api\/auth\/callback\/google/;
const swapped = /look swapped/;

const cases: Case[] = [
  { name: 'no .env', notes: [noFile] },
  { name: 'an empty .env', file: '', notes: [notSet] },
  { name: 'a copy of the example', file: 'GOOGLE_CLIENT_ID=\nGOOGLE_CLIENT_SECRET=\n', notes: [notSet] },
  { name: 'blanks', file: 'GOOGLE_CLIENT_ID=" "\n', real: { GOOGLE_CLIENT_SECRET: ' ' }, notes: [notSet] },
  { name: 'both', file: both, google },
  { name: 'both in the real environment', real: { GOOGLE_CLIENT_ID: ID, GOOGLE_CLIENT_SECRET: SECRET }, google },
  { name: 'both, with the names of Auth.js', file: `AUTH_GOOGLE_ID=${ID}\nAUTH_GOOGLE_SECRET=${SECRET}`, google },
  { name: 'one in each place', file: `GOOGLE_CLIENT_ID=${ID}`, real: { AUTH_GOOGLE_SECRET: SECRET }, google },
  { name: 'our names before those of Auth.js', file: `${both}AUTH_GOOGLE_ID=x\nAUTH_GOOGLE_SECRET=y`, google },
  {
    name: 'the real environment wins',
    file: both,
    real: { GOOGLE_CLIENT_SECRET: 'b' },
    google: { ids: [ID], secret: 'b' },
  },
  {
    name: 'the real environment empties',
    file: both,
    real: { GOOGLE_CLIENT_ID: '', GOOGLE_CLIENT_SECRET: '' },
    notes: [notSet],
  },
  { name: 'quotes and spaces', file: `GOOGLE_CLIENT_ID = "${ID} "\nexport GOOGLE_CLIENT_SECRET= '${SECRET}'`, google },
  { name: 'quotes that stayed', real: { GOOGLE_CLIENT_ID: `“${ID}”`, GOOGLE_CLIENT_SECRET: `"${SECRET}" ` }, google },
  { name: 'line ends and a mark of Windows', file: `\uFEFF${both.replaceAll('\n', '\r\n')}`, google },
  {
    name: 'several clients',
    file: `GOOGLE_CLIENT_ID=${ID}, 9.apps.googleusercontent.com\nGOOGLE_CLIENT_SECRET=${SECRET}`,
    google: { ids: [ID, '9.apps.googleusercontent.com'], secret: SECRET },
  },
  {
    name: 'an id that looks like none',
    file: `GOOGLE_CLIENT_ID=mine\nGOOGLE_CLIENT_SECRET=${SECRET}`,
    google: { ids: ['mine'], secret: SECRET },
    notes: [/GOOGLE_CLIENT_ID does not end in \.apps\.googleusercontent\.com/],
  },
  {
    name: 'the id alone',
    file: `GOOGLE_CLIENT_ID=${ID}`,
    problems: [
      /^GOOGLE_CLIENT_SECRET is missing: GOOGLE_CLIENT_ID is set/,
      where,
      uri,
      /WEB_PORT/,
      /AUTH_GOOGLE_SECRET/,
    ],
  },
  {
    name: 'the secret alone',
    file: `AUTH_GOOGLE_SECRET=${SECRET}`,
    problems: [/^GOOGLE_CLIENT_ID is missing: AUTH_GOOGLE_SECRET is set/, where, uri, /WEB_PORT/, /AUTH_GOOGLE_ID/],
  },
  {
    name: 'no id but a comma',
    file: `GOOGLE_CLIENT_ID=,\nGOOGLE_CLIENT_SECRET=${SECRET}`,
    problems: [/^GOOGLE_CLIENT_ID is missing/, where, uri, /WEB_PORT/, /AUTH_GOOGLE_ID/],
  },
  { name: 'swapped', file: `GOOGLE_CLIENT_ID=${SECRET}\nGOOGLE_CLIENT_SECRET=${ID}`, problems: [swapped] },
  { name: 'a secret for an id', file: `GOOGLE_CLIENT_ID=${SECRET}`, problems: [swapped] },
  { name: 'an id for a secret', file: `AUTH_GOOGLE_SECRET=${ID}`, problems: [/AUTH_GOOGLE_SECRET look swapped/] },
  {
    name: 'a misspelt port',
    file: 'WEB_PROT=3001',
    notes: [/\.env sets WEB_PROT, which nothing reads\. Did you mean WEB_PORT\?/, notSet],
  },
  {
    name: 'misspelt in other ways',
    file: 'REDIS_URI=x\nTOKEN_CACHE_MAX_AGE=1\nadmin_subjects=1\nDATABASE-URL=x\nNEXTAUTH_SECERT=x\n',
    notes: [
      /DATABASE_URL\?/,
      /NEXTAUTH_SECRET\?/,
      /REDIS_URL\?/,
      /TOKEN_CACHE_MAX_AGE_MS\?/,
      /ADMIN_SUBJECTS\?/,
      notSet,
    ],
  },
  { name: 'names that are nothing like ours', file: 'MY_OWN=1\nSENTRY_DSN=x\nTZ=UTC\nPS1=x\n', notes: [notSet] },
  { name: 'misspelt in the real environment, which is full of names', real: { WEB_PROT: '1' }, notes: [noFile] },
  {
    name: 'a misspelt secret',
    file: `GOOGLE_CLIENT_ID=${ID}\nGOOGLE_CLIENT_SECRTE=${SECRET}`,
    problems: [
      /^GOOGLE_CLIENT_SECRET is missing/,
      where,
      uri,
      /WEB_PORT/,
      /AUTH_GOOGLE_SECRET/,
      /sets GOOGLE_CLIENT_SECRTE.*GOOGLE_CLIENT_SECRET\?/,
    ],
  },
  { name: 'ports that are none', file: 'PORT=abc\nWEB_PORT=65536', problems: [/^PORT: /, /^WEB_PORT: /] },
];

for (const { name, file, real = {}, problems, notes = [], ...expected } of cases) {
  test(name, (t) => {
    const folder = t.testdir(file === undefined ? {} : { '.env': file });
    const reading = readSettings(readEnvironment(folder, real));
    const said = 'problems' in reading ? reading.problems : reading.settings.notes;
    t.equal('problems' in reading, problems !== undefined);
    t.equal(said.length, (problems ?? notes).length);
    for (const [index, pattern] of (problems ?? notes).entries()) t.match(said[index], pattern);
    for (const value of [SECRET, '123-abc']) t.notMatch(said.join('\n'), value, 'no value is quoted');
    if ('settings' in reading) t.same(reading.settings.google, expected.google);
    t.end();
  });
}

test('ports, folder and secret as they are set, or usual', (t) => {
  const read = (variables: Variables): Settings | undefined => {
    const reading = readSettings({ variables, hasFile: false, fileNames: [] });
    return 'settings' in reading ? reading.settings : undefined;
  };
  t.match(read({}), { ports: { emulator: 4400, api: 4000, web: 3000 }, dataDir: 'data', nextAuthSecret: undefined });
  t.match(read({ PORT: '0', WEB_PORT: ' 3001 ', DATA_DIR: '/srv/data', NEXTAUTH_SECRET: 's' }), {
    ports: { api: 0, web: 3001 },
    dataDir: '/srv/data',
    nextAuthSecret: 's',
  });
  t.match(read({ NEXTAUTH_SECRET: '', DATA_DIR: ' ' }), { nextAuthSecret: undefined, dataDir: 'data' });
  t.end();
});

test('the redirect URI to register has the port that was asked for', (t) => {
  const reading = readSettings({ variables: { GOOGLE_CLIENT_ID: ID, WEB_PORT: '3456' }, hasFile: true, fileNames: [] });
  t.match('problems' in reading && reading.problems.join('\n'), 'http://localhost:3456/api/auth/callback/google');
  t.end();
});

test('a .env that cannot be read is not taken for a missing one', (t) => {
  t.throws(() => readEnvironment(t.testdir({ '.env': {} }), {}), /\.env cannot be read/);
  t.end();
});
