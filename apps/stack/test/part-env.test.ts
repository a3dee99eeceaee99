import { test } from 'tap';
import type { Variables } from '../src/env.ts';
import { apiEnv, type GoogleAccess, webEnv } from '../src/part-env.ts';

const everything: Variables = {
  PATH: '/bin',
  Path: 'C:\\Windows',
  HOME: '/home/ada',
  AWS_SECRET_ACCESS_KEY: 'of no concern here',
  GOOGLE_CLIENT_ID: 'replaced',
  GOOGLE_CLIENT_SECRET: 'the client secret',
  AUTH_GOOGLE_SECRET: 'the client secret',
  NEXTAUTH_SECRET: 'the cookie secret',
  DATABASE_URL: 'postgres://user:password@host/db',
  REDIS_URL: 'redis://:password@host',
  DATA_DIR: '/srv/data',
  LOG_LEVEL: 'debug',
  TOKEN_LIFETIME_MS: '60000',
  GOOGLE_EMULATOR_URL: 'http://127.0.0.1:1',
  HOST: '0.0.0.0',
};
const emulator: GoogleAccess = {
  clientIds: ['id', 'other'],
  clientSecret: 'the client secret',
  emulatorUrl: 'http://127.0.0.1:4400',
  adminSubject: '42',
};
const google: GoogleAccess = { ...emulator, emulatorUrl: undefined, adminSubject: undefined };
const at = { apiPort: 4001, webUrl: 'http://localhost:3001' };
const LOCAL = 'localhost,127.0.0.1,[::1]';
const machine = { PATH: '/bin', Path: 'C:\\Windows', HOME: '/home/ada', NO_PROXY: LOCAL, no_proxy: LOCAL };

/** What a child gets to see: variables that are undefined are left out. */
const seen = (variables: Variables): Variables =>
  Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined));

test('the API gets its own variables, and no secret of the web client', (t) => {
  t.strictSame(seen(apiEnv(everything, emulator, at)), {
    ...machine,
    ADMIN_SUBJECTS: '42',
    CORS_ORIGINS: 'http://localhost:3001',
    DATABASE_URL: 'postgres://user:password@host/db',
    REDIS_URL: 'redis://:password@host',
    DATA_DIR: '/srv/data',
    LOG_LEVEL: 'debug',
    TOKEN_LIFETIME_MS: '60000',
    GOOGLE_CLIENT_ID: 'id,other',
    GOOGLE_EMULATOR_URL: 'http://127.0.0.1:4400',
    HOST: '127.0.0.1',
    PORT: '4001',
  });
  t.end();
});

test('the web client gets what it signs people in with, and nothing of the API', (t) => {
  t.strictSame(seen(webEnv(everything, emulator, at, 'the cookie secret')), {
    ...machine,
    API_URL: 'http://127.0.0.1:4001',
    GOOGLE_CLIENT_ID: 'id',
    GOOGLE_CLIENT_SECRET: 'the client secret',
    GOOGLE_EMULATOR_URL: 'http://127.0.0.1:4400',
    NEXTAUTH_SECRET: 'the cookie secret',
    NEXTAUTH_URL: 'http://localhost:3001',
    NEXT_TELEMETRY_DISABLED: '1',
  });
  t.end();
});

test('the parts reach each other past a proxy', (t) => {
  const env = apiEnv({ HTTPS_PROXY: 'http://proxy:3128', no_proxy: 'intern.example' }, emulator, at);
  t.equal(env.HTTPS_PROXY, 'http://proxy:3128');
  t.equal(env.NO_PROXY, `intern.example,${LOCAL}`);
  t.end();
});

test('with the real Google no emulator is named, and nobody is an administrator unless said', (t) => {
  for (const env of [apiEnv(everything, google, at), webEnv(everything, google, at, 'x')]) {
    t.equal(env.GOOGLE_EMULATOR_URL, undefined);
    t.equal(env.ADMIN_SUBJECTS, undefined);
  }
  t.equal(apiEnv({ ADMIN_SUBJECTS: '7' }, emulator, at).ADMIN_SUBJECTS, '7');
  t.end();
});

test('pages that were allowed before stay allowed', (t) => {
  const { CORS_ORIGINS } = apiEnv({ CORS_ORIGINS: 'https://www.example.org' }, google, at);
  t.equal(CORS_ORIGINS, 'https://www.example.org,http://localhost:3001');
  t.end();
});
