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
    redisUrl: undefined,
    redisPrefix: 'google-bearer',
    databaseUrl: undefined,
    corsOrigins: ['http://localhost:3000'],
    adminSubjects: new Set(),
    trustProxy: false,
    lookupBudget: 60,
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
      REDIS_URL: 'rediss://api:secret@cache.example.com:6380/1',
      REDIS_PREFIX: 'orders:v2',
      DATABASE_URL: 'postgres://api:p%40ss@db.example.com:5433/users?sslmode=verify-full',
      CORS_ORIGINS: 'https://app.example.com, http://localhost:3000',
      ADMIN_SUBJECTS: '1, 2',
      TRUST_PROXY: 'true',
      LOOKUP_BUDGET: '0',
      TOKEN_CACHE_MAX_AGE_MS: '1',
      TOKENINFO_TIMEOUT_MS: '2',
      TOKEN_LIFETIME_MS: '3000',
      MAX_STALENESS_MS: '4000',
      LOG_LEVEL: 'silent',
    }),
    {
      clientIds: ['a.apps', 'b.apps'],
      emulatorUrl: 'http://localhost:4400',
      host: '::',
      port: 0,
      publicUrl: 'https://api.example.com',
      dataDir: '/srv/data',
      redisUrl: 'rediss://api:secret@cache.example.com:6380/1',
      redisPrefix: 'orders:v2',
      databaseUrl: 'postgres://api:p%40ss@db.example.com:5433/users?sslmode=verify-full',
      corsOrigins: ['https://app.example.com', 'http://localhost:3000'],
      adminSubjects: new Set(['1', '2']),
      trustProxy: true,
      lookupBudget: 0,
      tokenCacheMaxAgeMs: 1,
      tokeninfoTimeoutMs: 2,
      tokenLifetimeMs: 3000,
      maxStalenessMs: 4000,
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
  ['GOOGLE_CLIENT_ID', ['', 'a b', 'a,,b', ',', '"a.apps"', "a.apps,'b.apps'", 'GOCSPX-secret']],
  [
    'GOOGLE_EMULATOR_URL',
    [
      ...['http://10.0.0.1:4400', 'nonsense', 'ftp://localhost', 'http://u:p@localhost', 'https://x/?a=b'],
      ...['https://x/?', 'https://x#', 'https:x', 'https://@x', 'https://x/a b', 'https://x/%zz', 'https:\\\\x'],
    ],
  ],
  ['DATA_DIR', ['"./data"', "'data'", '~/data']],
  ['HOST', ['http://localhost', 'localhost:4000', 'a b', '-x']],
  ['PORT', ['-1', '65536', '4e3', '80.5', 'http', '0x10']],
  ['PUBLIC_URL', ['http://api.example.com', 'https://api.example.com/path', 'api.example.com']],
  ['CORS_ORIGINS', ['*', 'null', 'app.example.com', 'https://app.example.com/', 'https://a.example,*', 'file:///x']],
  [
    'ADMIN_SUBJECTS',
    ['a b', '1,,2', 'ä', '1'.repeat(256), 'x'.repeat(256), 'ada@example.com', '106488946935451153824,ada@example.com'],
  ],
  ['REDIS_PREFIX', ['a b', '{a}', 'a*', 'x'.repeat(65)]],
  ['LOOKUP_BUDGET', ['-1', '1.5', 'off', 'false']],
  [
    'TRUST_PROXY',
    [
      ...['yes', 'TRUE', '-1', '1.5', '1e1', '0x7f000001', '1000', 'proxy.example.com', 'loopback;10.0.0.1', '*'],
      ...[
        '10.0.0.1,',
        '10.0.0.1,,10.0.0.2',
        '10.0.0.0/33',
        '10.0.0.0/0',
        '10.0.0.0/x',
        '10.0.0.256',
        '::1/129',
        'true,1',
      ],
    ],
  ],
  ['TOKEN_CACHE_MAX_AGE_MS', ['-1', '1.5', 'never', '9007199254740993']],
  ['TOKENINFO_TIMEOUT_MS', ['0', '2147483648']],
  ['TOKEN_LIFETIME_MS', ['0', '999', '1h', '9007199254740991']],
  ['MAX_STALENESS_MS', ['0', '99', '5s']],
  ['LOG_LEVEL', ['verbose', 'INFO', '30']],
  [
    'REDIS_URL',
    [
      'http://localhost:6379',
      'localhost:6379',
      'redis:///0',
      'redis://me:secret@cache.example.com/name',
      'redis://me:secr#et@cache.example.com',
      'redis://cache.example.com?db=1',
      'redis://me:100%@cache.example.com',
    ],
  ],
  [
    'DATABASE_URL',
    [
      'mysql://db.example.com/users',
      'https://db.example.com/users',
      'db.example.com',
      'postgres:/db.example.com/users',
      'postgres:///users',
      'postgres://me:secret@/users',
      'postgres://me:secr#et@db.example.com/users',
      'postgres://me:100%@db.example.com/users',
      'postgres://me:12/34@db.example.com/users',
      'postgres://me:12?34@db.example.com/users',
      'postgres://me:12#34@db.example.com/users',
      'postgres://me:secret@db.example.com:99999/users',
      'postgres://me:se cret@db example.com/users',
      'postgres://db.example.com:0/users',
      'postgres://db.example.com/users?port=1&port=99999',
      ...['abc', '', '0', '-1', '65536', '5432x'].map((port) => `postgres://db.example.com/users?port=${port}`),
    ],
  ],
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

t.test('Postgres may be named in each way that pg knows', async (t) => {
  for (const DATABASE_URL of [
    'postgres://db.example.com',
    'postgresql://me@[::1]:5432/users',
    'postgres:///users?host=/run/postgresql',
    'postgres://me@%2Frun%2Fpostgresql/users',
  ]) {
    t.equal(configOf({ ...GOOD, DATABASE_URL }).databaseUrl, DATABASE_URL);
  }
});

t.test('TRUST_PROXY takes what Fastify takes', async (t) => {
  const read = (TRUST_PROXY: string) => configOf({ ...GOOD, TRUST_PROXY }).trustProxy;
  t.equal(read('false'), false);
  t.equal(read('0'), 0);
  t.equal(read('2'), 2);
  t.strictSame(read('127.0.0.1'), ['127.0.0.1']);
  t.strictSame(read('loopback, 10.0.0.0/8,192.168.0.0/255.255.0.0, fd00::/8'), [
    ...['loopback', '10.0.0.0/8', '192.168.0.0/255.255.0.0', 'fd00::/8'],
  ]);
});

t.test('an e-mail address as ADMIN_SUBJECTS is refused with the reason', async (t) => {
  const [problem] = problemsOf({ ...GOOD, ADMIN_SUBJECTS: 'ada@example.com' });
  t.match(problem, /^ADMIN_SUBJECTS: .*digits.*e-mail address/);
});

t.test('Redis may be named with a user, a database and TLS', async (t) => {
  for (const REDIS_URL of [
    'redis://cache.example.com',
    'rediss://me:secret@cache.example.com:6380/2',
    'redis://[::1]',
  ]) {
    t.equal(configOf({ ...GOOD, REDIS_URL }).redisUrl, REDIS_URL);
  }
  t.match(problemsOf({ ...GOOD, REDIS_URL: 'redis://x', MAX_STALENESS_MS: '999' }), [
    /^MAX_STALENESS_MS: at least 1000/,
  ]);
});

t.test('all problems are told at once, one line each', async (t) => {
  const problems = problemsOf({ PORT: 'x', CORS_ORIGINS: '*', LOG_LEVEL: 'loud', REDIS_URL: 'http://x' });
  t.strictSame(
    problems.map((line) => line.split(':')[0]),
    ['GOOGLE_CLIENT_ID', 'PORT', 'REDIS_URL', 'CORS_ORIGINS', 'LOG_LEVEL'],
  );
  t.notMatch(problems.join(), /\n/);
});
