import { test } from 'tap';
import { type GoogleBearerAuthOptions, googleBearerAuth } from '../src/index.ts';

const good: GoogleBearerAuthOptions = {
  clientId: 'id.apps.googleusercontent.com',
  clientSecret: 'secret',
  apiUrl: 'https://api.example.com',
};

/** What is wrong, and which option is named. */
const bad: { change: object; names: RegExp }[] = [
  { change: { clientId: undefined }, names: /^clientId: required/ },
  { change: { clientId: '' }, names: /^clientId: / },
  { change: { clientId: 'one,two three' }, names: /^clientId: / },
  { change: { clientId: 7 }, names: /^clientId: / },
  { change: { clientSecret: undefined }, names: /^clientSecret: required/ },
  { change: { clientSecret: ' ' }, names: /^clientSecret: / },
  { change: { apiUrl: undefined }, names: /^apiUrl: / },
  { change: { apiUrl: 'http://api.example.com' }, names: /^apiUrl: .*https/ },
  { change: { apiUrl: 'api.example.com' }, names: /^apiUrl: / },
  { change: { apiUrl: 'https://user:word@api.example.com' }, names: /^apiUrl: / },
  { change: { apiUrl: 'https://api.example.com?x=1' }, names: /^apiUrl: / },
  { change: { apiUrl: 'javascript:alert(1)' }, names: /^apiUrl: / },
  { change: { apiUrl: 'http://localhost.example.com' }, names: /^apiUrl: / },
  { change: { apiUrl: 'http://127.0.0.1.example.com' }, names: /^apiUrl: / },
  { change: { endpoints: 'http://google.example.com' }, names: /^endpoints: / },
  { change: { endpoints: '' }, names: /^endpoints: / },
  { change: { refreshBeforeMs: -1 }, names: /^refreshBeforeMs: / },
  { change: { refreshBeforeMs: 1.5 }, names: /^refreshBeforeMs: / },
  { change: { refreshBeforeMs: Number.NaN }, names: /^refreshBeforeMs: / },
  { change: { scopes: 'openid' }, names: /^scopes: / },
  { change: { scopes: ['a b'] }, names: /^scopes: / },
  { change: { scopes: [''] }, names: /^scopes: / },
  { change: { storeUser: true }, names: /^storeUser: / },
  { change: { storeUser: '' }, names: /^storeUser: / },
  { change: { storeUser: 'people' }, names: /^storeUser: / },
  { change: { storeUser: '/../admin', apiUrl: 'https://api.example.com/v1' }, names: /^storeUser: / },
  { change: { storeUser: '/people?x=1' }, names: /^storeUser: / },
  { change: { storeUser: '/people#x' }, names: /^storeUser: / },
  { change: { storeUser: false, apiUrl: 'http://api.example.com' }, names: /^apiUrl: / },
  { change: { allowInsecureHttp: 'false', apiUrl: 'http://api:4000' }, names: /^allowInsecureHttp: / },
  { change: { refreshBefore: 1 }, names: /^refreshBefore: there is no such option/ },
];
for (const { change, names } of bad) {
  test(`refuses ${JSON.stringify(change)} when it is made`, (t) => {
    t.throws(() => googleBearerAuth({ ...good, ...change }), { name: 'TypeError', message: names });
    t.end();
  });
}

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

test('no option that is refused is quoted', (t) => {
  t.throws(() => googleBearerAuth({ ...good, clientSecret: 'my secret' }), { message: /^((?!my secret).)*$/ });
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
