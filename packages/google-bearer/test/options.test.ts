import { acceptedBaseUrls, plainHttpBaseUrls, refusedBaseUrls } from '@google-bearer/test-kit/base-urls';
import { test } from 'tap';
import { createTokenVerifier, memoryRevocationLog, type TokenVerifierOptions } from '../src/index.ts';

const audience = 'client.apps.googleusercontent.com';

const wrong: { options: unknown; names: string[] }[] = [
  { options: {}, names: ['audience'] },
  { options: { audience: undefined }, names: ['audience'] },
  { options: { audience: '' }, names: ['audience'] },
  { options: { audience: [] }, names: ['audience'] },
  { options: { audience: ['a', ''] }, names: ['audience'] },
  { options: { audience: 'one,two' }, names: ['audience'] },
  { options: { audience: 'one two' }, names: ['audience'] },
  { options: { audience: null }, names: ['audience'] },
  { options: { audience: 42 }, names: ['audience'] },
  { options: { audience, authorizedParties: [] }, names: ['authorizedParties'] },
  { options: { audience, authorizedParties: audience }, names: ['authorizedParties'] },
  { options: { audience, allowServiceAccounts: 'yes' }, names: ['allowServiceAccounts'] },
  { options: { audience, maxEntries: 0 }, names: ['maxEntries'] },
  { options: { audience, maxEntries: 1.5 }, names: ['maxEntries'] },
  { options: { audience, maxAgeMs: -1 }, names: ['maxAgeMs'] },
  { options: { audience, maxAgeMs: '300000' }, names: ['maxAgeMs'] },
  { options: { audience, timeoutMs: 0 }, names: ['timeoutMs'] },
  { options: { audience, timeoutMs: 2 ** 31 }, names: ['timeoutMs'] },
  { options: { audience, graceMs: Number.NaN }, names: ['graceMs'] },
  { options: { audience, tokenLifetimeMs: 60 }, names: ['tokenLifetimeMs'] },
  { options: { audience, maxStalenessMs: Number.POSITIVE_INFINITY }, names: ['maxStalenessMs'] },
  { options: { audience, onStale: 'ignore' }, names: ['onStale'] },
  { options: { audience, revocationLog: {} }, names: ['revocationLog'] },
  { options: { audience, revocationLog: null }, names: ['revocationLog'] },
  { options: { audience, sharedCache: {} }, names: ['sharedCache'] },
  { options: { audience, sharedCache: null }, names: ['sharedCache'] },
  { options: { audience, endpoints: 'http://example.com' }, names: ['endpoints'] },
  { options: { audience, endpoints: 'http://127.0.0.1.example.com' }, names: ['endpoints'] },
  { options: { audience, endpoints: 'ftp://127.0.0.1' }, names: ['endpoints'] },
  { options: { audience, endpoints: 'localhost:4400' }, names: ['endpoints'] },
  { options: { audience, endpoints: '' }, names: ['endpoints'] },
  { options: { audience, endpoints: { tokenInfoUrl: 'http://example.com/tokeninfo' } }, names: ['endpoints'] },
  { options: { audience, endpoints: null }, names: ['endpoints'] },
  { options: { audience, endpoints: { tokeninfoUrl: 'http://127.0.0.1' } }, names: ['endpoints'] },
  { options: { audience, tokenLifetimeMs: 2 ** 53 - 1 }, names: ['tokenLifetimeMs'] },
  { options: { audience, cacheSize: 10 }, names: ['cacheSize'] },
  { options: { audiance: audience, timeoutMs: -1 }, names: ['audiance', 'audience', 'timeoutMs'] },
];
for (const { options, names } of wrong) {
  test(`refuses ${JSON.stringify(options)} and names ${names.join(', ')}`, (t) => {
    const make = () => createTokenVerifier(options as TokenVerifierOptions);
    for (const name of names) t.throws(make, { name: 'TypeError', message: new RegExp(`\\b${name}: `) });
    t.end();
  });
}

test('an audience that is undefined is most often a variable that is not set', (t) => {
  const message = /google-bearer: audience: .*GOOGLE_CLIENT_ID/;
  t.throws(() => createTokenVerifier({ audience: undefined }), { name: 'TypeError', message });
  t.end();
});

test('refuses to start without options', (t) => {
  t.throws(() => createTokenVerifier(undefined as unknown as TokenVerifierOptions), { name: 'TypeError' });
  t.end();
});

const right: Partial<TokenVerifierOptions>[] = [
  {},
  { audience: [audience, '102437194325401957211'] },
  { endpoints: 'http://localhost:4400' },
  { endpoints: 'http://127.0.0.1:4400/' },
  { endpoints: 'http://[::1]:4400' },
  { endpoints: 'https://google.example.com/proxy' },
  { endpoints: { tokenInfoUrl: 'https://oauth2.googleapis.com/tokeninfo' } },
  { maxAgeMs: 0, graceMs: 0, onStale: 'accept', revocationLog: memoryRevocationLog() },
];
for (const options of right) {
  test(`accepts ${JSON.stringify(options)}`, async (t) => {
    await using verifier = createTokenVerifier({ audience, ...options });
    await verifier.ready();
    t.equal(verifier.stats().revocations.ready, true);
  });
}

/** From JavaScript, anything may come. */
const make = (options: object) => Reflect.apply(createTokenVerifier, undefined, [{ audience, ...options }]);
const forms = (url: unknown) => [url, { tokenInfoUrl: url }, { oauth2RevokeUrl: url }];

test('endpoints: https, or http on this machine, and nothing that could hold a secret', async (t) => {
  for (const { given } of acceptedBaseUrls) for (const endpoints of forms(given)) await make({ endpoints }).close();
  for (const url of refusedBaseUrls.filter((url) => typeof url === 'string')) {
    for (const endpoints of forms(url)) {
      for (const allowInsecureHttp of [false, true]) {
        t.throws(() => make({ endpoints, allowInsecureHttp }), { name: 'TypeError', message: /endpoints: / }, url);
      }
    }
  }
});

test('endpoints: plain http to another machine needs an explicit word, which the error names', async (t) => {
  for (const endpoints of plainHttpBaseUrls) {
    t.throws(() => make({ endpoints }), { name: 'TypeError', message: /endpoints: .*`allowInsecureHttp: true`/ });
    await make({ endpoints, allowInsecureHttp: true }).close();
  }
  t.throws(() => make({ allowInsecureHttp: 'yes' }), { name: 'TypeError', message: /allowInsecureHttp: / });
});

test('endpoints: what is wrong is said once', (t) => {
  t.throws(() => make({ endpoints: 'localhost:4400' }), {
    message:
      'google-bearer: endpoints: expected an https URL (http only on loopback), without credentials, query or fragment ' +
      '(is GOOGLE_EMULATOR_URL like http://127.0.0.1:4400?)',
  });
  t.end();
});

/** What people give for a client id, and what they are told. None would match a token. */
const mistaken: { audience: unknown; hint: RegExp }[] = [
  { audience: 'one,two', hint: /for several ids give an array/ },
  { audience: ['one', ' two'], hint: /without blanks/ },
  { audience: `"${audience}"`, hint: /quotes.*GOOGLE_CLIENT_ID/ },
  { audience: `'${audience}'`, hint: /quotes.*GOOGLE_CLIENT_ID/ },
  { audience: [audience, `"${audience}"`], hint: /quotes/ },
  { audience: 'GOCSPX-my-secret', hint: /client secret.*\.apps\.googleusercontent\.com/ },
  { audience: '"GOCSPX-my-secret"', hint: /client secret/ },
  { audience: [audience, 'GOCSPX-my-secret'], hint: /client secret/ },
];
for (const { audience: given, hint } of mistaken) {
  test(`says what is wrong with the audience ${JSON.stringify(given)}, without quoting it`, (t) => {
    t.throws(() => make({ audience: given }), { name: 'TypeError', message: hint });
    t.throws(() => make({ audience: given }), { message: /^((?!my-secret).)*$/ });
    t.throws(() => make({ authorizedParties: [given].flat() }), { message: /authorizedParties: / });
    t.end();
  });
}
