import { test } from 'tap';
import { type GoogleBearerAuthOptions, googleBearerAuth } from '../src/index.ts';

const good: GoogleBearerAuthOptions = {
  clientId: 'id.apps.googleusercontent.com',
  clientSecret: 'secret',
  apiUrl: 'https://api.example.com',
};

/** What is wrong, and which option is named. */
const bad: { change: object; names: RegExp }[] = [
  { change: { clientId: undefined }, names: /^next-auth-google-bearer: clientId: required.* GOOGLE_CLIENT_ID / },
  { change: { clientId: '' }, names: /^next-auth-google-bearer: clientId: / },
  { change: { clientId: 'one,two three' }, names: /^next-auth-google-bearer: clientId: / },
  { change: { clientId: 7 }, names: /^next-auth-google-bearer: clientId: / },
  {
    change: { clientSecret: undefined },
    names: /^next-auth-google-bearer: clientSecret: required.* GOOGLE_CLIENT_SECRET /,
  },
  { change: { clientId: '"id.apps.googleusercontent.com"' }, names: /clientId: .*quotes.* GOOGLE_CLIENT_ID / },
  { change: { clientId: 'GOCSPX-secret' }, names: /clientId: .*client secret.*GOOGLE_CLIENT_SECRET swapped/ },
  { change: { clientSecret: "'secret'" }, names: /clientSecret: .*quotes.* GOOGLE_CLIENT_SECRET / },
  { change: { clientSecret: ' ' }, names: /^next-auth-google-bearer: clientSecret: / },
  { change: { apiUrl: undefined }, names: /^next-auth-google-bearer: apiUrl: required.* API_URL / },
  { change: { apiUrl: 'http://api.example.com' }, names: /^next-auth-google-bearer: apiUrl: .*https/ },
  { change: { apiUrl: 'api.example.com' }, names: /^next-auth-google-bearer: apiUrl: .*API_URL like http:/ },
  { change: { apiUrl: '' }, names: /^next-auth-google-bearer: apiUrl: .*API_URL like http:/ },
  { change: { endpoints: 'localhost:4400' }, names: /^next-auth-google-bearer: endpoints: .*GOOGLE_EMULATOR_URL like/ },
  { change: { apiUrl: 'https://user:word@api.example.com' }, names: /^next-auth-google-bearer: apiUrl: / },
  { change: { apiUrl: 'https://api.example.com?x=1' }, names: /^next-auth-google-bearer: apiUrl: / },
  { change: { apiUrl: 'javascript:alert(1)' }, names: /^next-auth-google-bearer: apiUrl: / },
  { change: { apiUrl: 'http://localhost.example.com' }, names: /^next-auth-google-bearer: apiUrl: / },
  { change: { apiUrl: 'http://127.0.0.1.example.com' }, names: /^next-auth-google-bearer: apiUrl: / },
  { change: { endpoints: 'http://google.example.com' }, names: /^next-auth-google-bearer: endpoints: / },
  { change: { endpoints: '' }, names: /^next-auth-google-bearer: endpoints: / },
  { change: { refreshBeforeMs: -1 }, names: /^next-auth-google-bearer: refreshBeforeMs: / },
  { change: { refreshBeforeMs: 1.5 }, names: /^next-auth-google-bearer: refreshBeforeMs: / },
  { change: { refreshBeforeMs: Number.NaN }, names: /^next-auth-google-bearer: refreshBeforeMs: / },
  { change: { scopes: 'openid' }, names: /^next-auth-google-bearer: scopes: / },
  { change: { scopes: ['a b'] }, names: /^next-auth-google-bearer: scopes: / },
  { change: { scopes: [''] }, names: /^next-auth-google-bearer: scopes: / },
  { change: { storeUser: true }, names: /^next-auth-google-bearer: storeUser: / },
  { change: { storeUser: '' }, names: /^next-auth-google-bearer: storeUser: / },
  { change: { storeUser: 'people' }, names: /^next-auth-google-bearer: storeUser: / },
  {
    change: { storeUser: '/../admin', apiUrl: 'https://api.example.com/v1' },
    names: /^next-auth-google-bearer: storeUser: /,
  },
  { change: { storeUser: '/people?x=1' }, names: /^next-auth-google-bearer: storeUser: / },
  { change: { storeUser: '/people#x' }, names: /^next-auth-google-bearer: storeUser: / },
  { change: { storeUser: false, apiUrl: 'http://api.example.com' }, names: /^next-auth-google-bearer: apiUrl: / },
  {
    change: { allowInsecureHttp: 'false', apiUrl: 'http://api:4000' },
    names: /^next-auth-google-bearer: allowInsecureHttp: /,
  },
  { change: { refreshBefore: 1 }, names: /^next-auth-google-bearer: refreshBefore: there is no such option/ },
];
for (const { change, names } of bad) {
  test(`refuses ${JSON.stringify(change)} when it is made`, (t) => {
    t.throws(() => googleBearerAuth({ ...good, ...change }), { name: 'TypeError', message: names });
    t.end();
  });
}

test('so is a call without options', (t) => {
  for (const options of [undefined, null, 'x']) {
    const message = 'next-auth-google-bearer: expected options: { clientId, clientSecret, apiUrl }';
    t.throws(() => Reflect.apply(googleBearerAuth, undefined, [options]), { name: 'TypeError', message });
  }
  t.end();
});

test('one error names all that is wrong, once', (t) => {
  const none = { clientId: undefined, clientSecret: undefined, apiUrl: undefined, scopes: ['a b'], refreshBefore: 1 };
  try {
    googleBearerAuth({ ...good, ...none });
    t.fail('it was made');
  } catch (error) {
    const message = error instanceof TypeError ? error.message : '';
    const named = [...message.matchAll(/(?:^next-auth-google-bearer|;)[:]? (\w+): /g)].map(([, name]) => name);
    t.strictSame(named, ['refreshBefore', 'clientId', 'clientSecret', 'scopes', 'apiUrl']);
  }
  t.end();
});

for (const apiUrl of [
  'http://localhost:4000',
  'http://127.0.0.1:4000/',
  'http://[::1]:4000',
  'https://example.com/api/',
]) {
  test(`accepts ${apiUrl}`, (t) => {
    t.doesNotThrow(() => googleBearerAuth({ ...good, apiUrl }));
    t.end();
  });
}

test('a scope that Google does not have is warned about, once', (t) => {
  const warned = t.capture(console, 'warn');
  const calendar = 'https://www.googleapis.com/auth/calendar.readonly';
  googleBearerAuth({ ...good, scopes: [calendar, 'https://mail.google.com/', 'email'] });
  t.same(warned.args(), []);
  for (let times = 0; times < 2; times++) googleBearerAuth({ ...good, scopes: [calendar, 'calender.readonly'] });
  const lines = warned.args();
  t.match(lines, [['[next-auth-google-bearer][ODD_SCOPE]', /'calender\.readonly'/]]);
  t.equal(lines.length, 1);
  t.end();
});

test('no option that is refused is quoted', (t) => {
  t.throws(() => googleBearerAuth({ ...good, clientSecret: 'my secret' }), { message: /^((?!my secret).)*$/ });
  t.throws(() => googleBearerAuth({ ...good, clientSecret: '"my-secret"' }), { message: /^((?!my-secret).)*$/ });
  t.throws(() => googleBearerAuth({ ...good, clientId: 'GOCSPX-my-secret' }), { message: /^((?!my-secret).)*$/ });
  t.end();
});

test('without an emulator, Google is Google', (t) => {
  const [provider] = googleBearerAuth(good).providers;
  t.match(provider, {
    wellKnown: 'https://accounts.google.com/.well-known/openid-configuration',
    issuer: 'https://accounts.google.com',
  });
  t.end();
});
