import { createRequire } from 'node:module';
import { test } from 'tap';
import { signInCallback } from '../src/index.ts';
import { CLIENT_ID, signedIn, startApp, tokenName } from './support/app.ts';
import { Browser } from './support/browser.ts';
import { fakeApi } from './support/server.ts';

const require = createRequire(import.meta.url);
/** NextAuth's own, which its `exports` hide. */
const parseUrl: (url: string) => { path: string } = require(
  require.resolve('next-auth').replace(/index\.js$/, 'utils/parse-url.js'),
).default;

test('asks Google for offline access, for consent, and for identity scopes', async (t) => {
  const app = await startApp(t, { auth: { scopes: ['https://www.googleapis.com/auth/calendar.readonly'] } });
  const browser = new Browser();
  const { csrfToken } = JSON.parse(await (await browser.request(`${app.url}/api/auth/csrf`)).text());
  const body = new URLSearchParams({ csrfToken, json: 'true' });
  const response = await browser.request(`${app.url}/api/auth/signin/google`, { method: 'POST', body });
  const { url } = JSON.parse(await response.text());
  const asked = Object.fromEntries(new URL(url).searchParams);
  t.match(asked, {
    client_id: CLIENT_ID,
    response_type: 'code',
    access_type: 'offline',
    prompt: 'consent',
    scope: 'openid email profile https://www.googleapis.com/auth/calendar.readonly',
    code_challenge_method: 'S256',
    state: /./,
  });
});

test('a sign-in stores the user with the access token as Bearer, and lasts 30 days', async (t) => {
  const app = await startApp(t);
  const browser = await signedIn(app);
  const before = Date.now();
  const session = await app.session(browser);
  t.ok(Number(session.readAt) >= before && Number(session.readAt) <= Date.now(), 'by which the page sets its clock');
  const ada = app.google.users[0];
  t.same(app.api.requests, [
    {
      method: 'POST',
      url: '/api/user',
      authorization: `Bearer ${session.accessToken}`,
      body: { id: ada?.sub, name: ada?.name, email: ada?.email, image: `${app.google.url}/portrait?user=${ada?.sub}` },
    },
  ]);
  t.equal(Math.round((Date.parse(session.expires ?? '') - Date.now()) / 86_400_000), 30);
  const inAnHour = Date.now() + 3_600_000;
  t.ok(Math.abs((session.accessTokenExpiresAt ?? 0) - inAnHour) < 30_000);
  t.equal((session.accessTokenExpiresAt ?? 0) - (session.accessTokenRefreshAt ?? 0), 600_000);
  t.equal(session.error, undefined);
});

test('the refresh token stays in the cookie, which is encrypted and in one piece', async (t) => {
  const app = await startApp(t);
  const browser = await signedIn(app);
  const jwt = await app.jwt(browser);
  t.equal(typeof jwt?.refreshToken, 'string');
  t.notMatch(JSON.stringify(await app.session(browser)), String(jwt?.refreshToken));
  const cookies = [...browser.cookies(app.url)].filter(([name]) => name.includes('session-token'));
  t.same(
    cookies.map(([name]) => name),
    ['next-auth.session-token'],
  );
  t.notMatch(cookies.join(), String(jwt?.refreshToken));
  t.equal(jwt?.id_token, undefined);
});

/** What the API does, and the error that NextAuth's error page is called with. */
const refusals = [
  { answer: { status: 400, body: { code: 'ERR_TOKEN_MALFORMED' } }, error: 'AccessDenied' },
  { answer: { status: 401, body: { code: 'ERR_TOKEN_AUDIENCE' } }, error: 'AccessDenied' },
  { answer: { status: 403, body: 'no' }, error: 'AccessDenied' },
  { answer: { status: 404 }, error: 'AccessDenied' },
  { answer: { status: 409 }, error: 'AccessDenied' },
  { answer: { status: 408 }, error: 'ApiUnavailable' },
  { answer: { status: 429 }, error: 'ApiUnavailable' },
  { answer: { status: 500 }, error: 'ApiUnavailable' },
  { answer: { status: 503, body: { code: 'ERR_TOKENINFO_UNAVAILABLE' } }, error: 'ApiUnavailable' },
  { answer: 'reset', error: 'ApiUnavailable' },
  { answer: 'hang', error: 'ApiUnavailable' },
] as const;

test('nobody is signed in when the user cannot be stored, and an outage is told from a refusal', async (t) => {
  t.capture(console, 'error');
  const app = await startApp(t);
  for (const { answer, error } of refusals) {
    app.api.answer = answer;
    const browser = new Browser();
    const { url } = await app.signIn(browser);
    t.equal(`${url.pathname}${url.search}`, `/?error=${error}`, JSON.stringify(answer));
    t.same(await app.session(browser), {}, 'no session');
  }
});

test('the access token does not follow a redirect of the API', async (t) => {
  t.capture(console, 'error');
  const app = await startApp(t);
  const elsewhere = await fakeApi(t);
  app.api.answer = { status: 307, headers: { location: elsewhere.url } };
  const { url } = await app.signIn(new Browser());
  t.equal(url.search, '?error=ApiUnavailable');
  t.equal(elsewhere.requests.length, 0);
});

/** What the API answers, and the beginning of what the operator reads about it. */
const explained: { answer: { status: number; body?: object }; line: RegExp }[] = [
  {
    answer: { status: 401, body: { code: 'ERR_TOKEN_AUDIENCE', message: 'for ada@example.com' } },
    line: /^POST \/people: the API answered 401 ERR_TOKEN_AUDIENCE\. .*GOOGLE_CLIENT_ID/,
  },
  { answer: { status: 401 }, line: /^POST \/people: the API answered 401\. .*GOOGLE_EMULATOR_URL/ },
  { answer: { status: 403 }, line: /^POST \/people: the API answered 403\. .*log of the API/ },
  { answer: { status: 404 }, line: /^POST \/people: the API answered 404\. .*storeUser/ },
  { answer: { status: 409 }, line: /^POST \/people: the API answered 409$/ },
  { answer: { status: 415 }, line: /^POST \/people: the API answered 415\. .*JSON/ },
  { answer: { status: 500 }, line: /^POST \/people: the API answered 500\. .*log of the API/ },
];
test('the operator reads why a sign-in was refused, what to look at, and nothing about whom', async (t) => {
  const logged = t.capture(console, 'error');
  const api = await fakeApi(t);
  const signIn = signInCallback({ apiUrl: api.url, storeUser: '/people' });
  const account = { provider: 'google', type: 'oauth', providerAccountId: '1', access_token: 'x' } as const;
  for (const { answer, line } of explained) {
    api.answer = answer;
    await signIn({ user: { id: '1' }, account });
    const [code, text] = logged.args().at(-1) ?? [];
    t.equal(code, '[next-auth-google-bearer][SIGN_IN_REFUSED]');
    t.match(text, line);
    t.notMatch(text, 'ada@example.com');
  }
});

test('where the API could not be reached stands in the log', async (t) => {
  const logged = t.capture(console, 'error');
  const api = await fakeApi(t);
  const signIn = signInCallback({ apiUrl: api.url });
  api.answer = 'reset';
  await signIn({
    user: { id: '1' },
    account: { provider: 'google', type: 'oauth', providerAccountId: '1', access_token: 'x' },
  });
  t.match(logged.args(), [
    [
      '[next-auth-google-bearer][SIGN_IN_API_UNAVAILABLE]',
      `POST /api/user: the API at ${new URL(api.url).host} could not`,
    ],
  ]);
});

test('one without an access token is not let in; another provider is none of this package’s business', async (t) => {
  const logged = t.capture(console, 'error');
  const api = await fakeApi(t);
  const signIn = signInCallback({ apiUrl: api.url });
  const user = { id: '1' };
  const google = { provider: 'google', type: 'oauth', providerAccountId: '1' } as const;
  t.equal(await signIn({ user, account: google }), false);
  t.equal(await signIn({ user, account: null }), false);
  const line = ['[next-auth-google-bearer][SIGN_IN_REFUSED]', 'the sign-in brought no access token'];
  t.same(logged.args(), [line, line]);
  for (const type of ['oauth', 'email', 'credentials'] as const) {
    t.equal(await signIn({ user, account: { ...google, provider: 'github', type, access_token: 'x' } }), true);
  }
  t.equal(api.requests.length, 0);
  t.equal(await signIn({ user, account: { ...google, access_token: 'x' } }), true);
  t.equal(api.requests.length, 1);
});

test('storeUser says where the user is sent to', async (t) => {
  const api = await fakeApi(t);
  const user = { id: '1' };
  const account = { provider: 'google', type: 'oauth', providerAccountId: '1', access_token: 'x' } as const;
  const cases = { '/people': '/v1/people', '/': '/v1/', '/a/b-c': '/v1/a/b-c' };
  for (const storeUser of Object.keys(cases)) {
    t.equal(await signInCallback({ apiUrl: `${api.url}/v1/`, storeUser })({ user, account }), true);
  }
  t.same(
    api.requests.map(({ url }) => url),
    Object.values(cases),
  );
  api.answer = { status: 403 };
  api.requests.length = 0;
  t.equal(await signInCallback({ apiUrl: api.url, storeUser: false })({ user, account }), true);
  t.equal(await signInCallback({ apiUrl: undefined, storeUser: false })({ user, account }), true);
  t.same(api.requests, [], 'nowhere');
});

for (const rotateRefreshTokens of [false, true]) {
  const how = rotateRefreshTokens ? ', and Google replaces the refresh token' : '';
  test(`who signs in again within the seconds of a sign-out everywhere is not shut out${how}`, async (t) => {
    const app = await startApp(t, { rotateRefreshTokens });
    let refusedAt = Number.NaN;
    // As a real one does, it refuses that token for good.
    let refused: string | undefined;
    app.api.answer = () => {
      const sent = app.api.requests.at(-1)?.authorization;
      if (refused === undefined) refusedAt = performance.now();
      refused ??= sent;
      return sent === refused ? { status: 401, body: { code: 'ERR_TOKEN_REVOKED' } } : { status: 201 };
    };
    const browser = await signedIn(app);
    t.ok(performance.now() - refusedAt > 3_500, 'not at once, since that would be refused as well');
    const sent = app.api.requests.map(({ authorization }) => authorization);
    t.equal(sent.length, 2);
    t.equal(app.refreshes(), 1);
    const session = await app.session(browser);
    t.equal(`Bearer ${session.accessToken}`, sent[1], 'the page gets the token that was accepted');
    t.ok(Math.abs((session.accessTokenExpiresAt ?? 0) - Date.now() - 3_600_000) < 30_000);
    t.notOk((await app.update(browser, { refusedAccessToken: session.accessToken })).error, 'and it can be renewed');
    t.equal(app.refreshes(), 2);
  });
}

test('without the client’s credentials, or without a refresh token, the same token is tried once more; without Google none', async (t) => {
  t.capture(console, 'error');
  const api = await fakeApi(t);
  api.answer = { status: 401, body: { code: 'ERR_TOKEN_REVOKED' } };
  const account = { provider: 'google', type: 'oauth', providerAccountId: '1', access_token: 'x' } as const;
  const client = { clientId: CLIENT_ID, clientSecret: 'x', endpoints: 'http://127.0.0.1:1' };
  const attempts = [
    signInCallback({ apiUrl: api.url })({ user: { id: '1' }, account: { ...account, refresh_token: 'y' } }),
    signInCallback({ apiUrl: api.url, ...client })({ user: { id: '1' }, account: { ...account } }),
    signInCallback({ apiUrl: api.url, ...client })({ user: { id: '1' }, account: { ...account, refresh_token: 'y' } }),
  ];
  const outage = '/api/auth/error?error=ApiUnavailable';
  t.same(await Promise.all(attempts), [false, false, outage], 'of which the last says nothing about the user');
  t.same(
    api.requests.map(({ authorization }) => authorization),
    Array(5).fill('Bearer x'),
  );
});

test('credentials of the client that are given have to be right', (t) => {
  const wrong = [{ clientId: undefined }, { clientSecret: 'x' }, { clientId: CLIENT_ID, clientSecret: '' }];
  for (const options of wrong) {
    t.throws(() => signInCallback({ apiUrl: 'https://api.example', ...options }), { message: /: client(Id|Secret): / });
  }
  t.end();
});

test('but it is tried once more, not again and again, and nothing else is tried again', async (t) => {
  t.capture(console, 'error');
  const app = await startApp(t);
  for (const [code, attempts] of [
    ['ERR_TOKEN_REVOKED', 2],
    ['ERR_TOKEN_INVALID', 1],
  ] as const) {
    app.api.requests.length = 0;
    app.api.answer = { status: 401, body: { code } };
    t.equal((await app.signIn(new Browser())).url.search, '?error=AccessDenied');
    t.equal(app.api.requests.length, attempts);
  }
});

test('a sign-in without consent has nothing to renew with: the developer is told, once, and how to ask for both', async (t) => {
  const warned = t.capture(console, 'warn');
  const app = await startApp(t);
  for (const _ of ['first', 'second']) {
    const browser = await signedIn(app);
    await app.signIn(browser, { prompt: 'select_account' });
    t.equal((await app.jwt(browser))?.refreshToken, undefined);
    t.type((await app.session(browser)).accessToken, 'string');
    await app.signIn(browser);
    t.type((await app.jwt(browser))?.refreshToken, 'string', 'the next sign-in asks for consent by itself');
    await app.signIn(browser, { prompt: 'select_account consent' });
    t.type((await app.jwt(browser))?.refreshToken, 'string');
  }
  const lines = warned.args().filter(([code]) => code === '[next-auth-google-bearer][NO_REFRESH_TOKEN]');
  t.equal(lines.length, 1);
  t.match(lines[0]?.[1], /`select_account consent`/);
});

/** `NEXTAUTH_URL`, and the error page as NextAuth itself has it. */
const urls = {
  'https://example.com': '/api/auth/error',
  'https://example.com/': '/api/auth/error',
  'https://example.com/auth': '/auth/error',
  'https://example.com/auth/': '/auth/error',
  'https://example.com/site/api/auth': '/site/api/auth/error',
  'example.com': '/api/auth/error',
  'example.com/auth': '/auth/error',
  'localhost:3000': '/api/auth/error',
  'localhost:3000/auth': '/auth/error',
  'httpbin.example': '/api/auth/error',
  '': '/api/auth/error',
};
for (const [url, page] of Object.entries(urls)) {
  test(`with NEXTAUTH_URL=${url} an outage leads to ${page}`, async (t) => {
    t.capture(console, 'error');
    t.intercept(process, 'env', { value: { ...process.env, NEXTAUTH_URL: url } });
    const api = await fakeApi(t);
    api.answer = { status: 503 };
    const account = { provider: 'google', type: 'oauth', providerAccountId: '1', access_token: 'x' } as const;
    const answer = await signInCallback({ apiUrl: api.url })({ user: { id: '1' }, account });
    t.equal(answer, `${page}?error=ApiUnavailable`);
    // What NextAuth makes of it, except where it fails altogether.
    if (URL.canParse(url.startsWith('http') ? url : `https://${url}`)) t.equal(`${parseUrl(url).path}/error`, page);
  });
}

test('signing out at one place does not hurt a session elsewhere', async (t) => {
  const app = await startApp(t);
  const one = await signedIn(app);
  const other = await signedIn(app);
  await app.signOut(one);
  t.same(await app.session(one), {});
  t.type((await app.session(other)).accessToken, 'string');
  t.not(tokenName((await app.jwt(other))?.refreshToken), tokenName((await app.jwt(one))?.refreshToken));
});
