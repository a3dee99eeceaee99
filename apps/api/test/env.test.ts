import t from 'tap';
import { readEnv } from '../src/env.ts';

const GOOD = { GOOGLE_CLIENT_ID: 'me.apps.googleusercontent.com' };

function configOf(env: Record<string, string | undefined>) {
  const reading = readEnv(env);
  if ('problems' in reading) throw new Error(reading.problems.join('\n'));
  return reading.config;
}

function problemsOf(env: Record<string, string | undefined>): readonly string[] {
  const reading = readEnv(env);
  return 'problems' in reading ? reading.problems : [];
}

t.test('a client id is enough, the rest has defaults', async (t) => {
  t.strictSame(configOf(GOOD), {
    clientIds: ['me.apps.googleusercontent.com'],
    emulatorUrl: undefined,
    host: '127.0.0.1',
    port: 4000,
    publicUrl: undefined,
    dataDir: './data',
    corsOrigins: ['http://localhost:3000'],
    adminSubjects: new Set(),
    tokenCacheMaxAgeMs: 300_000,
    tokeninfoTimeoutMs: 3_000,
    tokenLifetimeMs: 3_600_000,
    maxStalenessMs: 5_000,
    logLevel: 'info',
  });
  t.ok(Object.isFrozen(configOf(GOOD)));
});

t.test('every variable is read', async (t) => {
  t.strictSame(
    configOf({
      GOOGLE_CLIENT_ID: ' a.apps , b.apps,a.apps ',
      AUTH_GOOGLE_ID: 'not-this-one',
      GOOGLE_EMULATOR_URL: 'http://localhost:4400/',
      HOST: '::',
      PORT: '0',
      PUBLIC_URL: 'https://api.example.com',
      DATA_DIR: '/srv/data',
      CORS_ORIGINS: 'https://app.example.com, http://localhost:3000',
      ADMIN_SUBJECTS: '1, 2',
      TOKEN_CACHE_MAX_AGE_MS: '1',
      TOKENINFO_TIMEOUT_MS: '2',
      TOKEN_LIFETIME_MS: '3000',
      MAX_STALENESS_MS: '400',
      LOG_LEVEL: 'silent',
    }),
    {
      clientIds: ['a.apps', 'b.apps'],
      emulatorUrl: 'http://localhost:4400',
      host: '::',
      port: 0,
      publicUrl: 'https://api.example.com',
      dataDir: '/srv/data',
      corsOrigins: ['https://app.example.com', 'http://localhost:3000'],
      adminSubjects: new Set(['1', '2']),
      tokenCacheMaxAgeMs: 1,
      tokeninfoTimeoutMs: 2,
      tokenLifetimeMs: 3000,
      maxStalenessMs: 400,
      logLevel: 'silent',
    },
  );
});

t.test('AUTH_GOOGLE_ID stands in for a GOOGLE_CLIENT_ID that is missing or empty', async (t) => {
  t.strictSame(configOf({ AUTH_GOOGLE_ID: 'a.apps' }).clientIds, ['a.apps']);
  t.strictSame(configOf({ GOOGLE_CLIENT_ID: ' ', AUTH_GOOGLE_ID: 'a.apps' }).clientIds, ['a.apps']);
});

t.test('an empty variable counts as not set', async (t) => {
  const empty = Object.fromEntries(
    ['PORT', 'HOST', 'CORS_ORIGINS', 'LOG_LEVEL', 'REDIS_URL', 'DATABASE_URL', 'MAX_STALENESS_MS'].map((name) => [
      name,
      '',
    ]),
  );
  t.strictSame(configOf({ ...GOOD, ...empty }), configOf(GOOD));
});

const bad: readonly (readonly [name: string, values: readonly string[]])[] = [
  ['GOOGLE_CLIENT_ID', ['', 'a b', 'a,,b', ',']],
  [
    'GOOGLE_EMULATOR_URL',
    ['http://10.0.0.1:4400', 'nonsense', 'ftp://localhost', 'http://u:p@localhost', 'https://x/?a=b'],
  ],
  ['HOST', ['http://localhost', 'localhost:4000', 'a b', '-x']],
  ['PORT', ['-1', '65536', '4e3', '80.5', 'http', '0x10']],
  ['PUBLIC_URL', ['http://api.example.com', 'https://api.example.com/path', 'api.example.com']],
  ['CORS_ORIGINS', ['*', 'null', 'app.example.com', 'https://app.example.com/', 'https://a.example,*', 'file:///x']],
  ['ADMIN_SUBJECTS', ['a b', '1,,2', 'ä', 'x'.repeat(256)]],
  ['TOKEN_CACHE_MAX_AGE_MS', ['-1', '1.5', 'never', '9007199254740993']],
  ['TOKENINFO_TIMEOUT_MS', ['0', '2147483648']],
  ['TOKEN_LIFETIME_MS', ['0', '999', '1h', '9007199254740991']],
  ['MAX_STALENESS_MS', ['0', '99', '5s']],
  ['LOG_LEVEL', ['verbose', 'INFO', '30']],
  ['REDIS_URL', ['redis://localhost']],
  ['DATABASE_URL', ['postgres://localhost/x']],
];

for (const [name, values] of bad) {
  t.test(`${name} is checked`, async (t) => {
    for (const value of values) {
      const problems = problemsOf({ ...GOOD, [name]: value });
      t.equal(problems.length, 1, `one problem: ${JSON.stringify(value)}`);
      t.match(problems[0], new RegExp(`^${name}: \\S`));
      if (value.length > 6) t.notMatch(problems[0], value, 'the value may be a secret');
    }
  });
}

t.test('all problems are told at once, one line each', async (t) => {
  const problems = problemsOf({ PORT: 'x', CORS_ORIGINS: '*', LOG_LEVEL: 'loud', REDIS_URL: 'redis://x' });
  t.strictSame(
    problems.map((line) => line.split(':')[0]),
    ['GOOGLE_CLIENT_ID', 'PORT', 'CORS_ORIGINS', 'LOG_LEVEL', 'REDIS_URL'],
  );
  t.notMatch(problems.join(), /\n/);
});
