import t from 'tap';
import { authorizationPath, Browser, REDIRECT_URI, start } from './browser.ts';

t.test(
  'Google shows a page and never redirects when client or redirect URI are in doubt, or the scopes are missing',
  async (t) => {
    const emulator = await start(t);
    const browser = new Browser(emulator);
    const cases: [Record<string, string>, number, string][] = [
      [{ client_id: 'unknown' }, 401, 'Error 401: invalid_client'],
      [{ client_id: '' }, 400, 'Missing required parameter: client_id'],
      [{ redirect_uri: '' }, 400, 'Missing required parameter: redirect_uri'],
      [{ scope: ' ' }, 400, 'Missing required parameter: scope'],
      [{ redirect_uri: 'http://evil.example/' }, 400, 'Error 400: redirect_uri_mismatch'],
      [{ redirect_uri: `${REDIRECT_URI}/` }, 400, 'Error 400: redirect_uri_mismatch'],
      [{ redirect_uri: `${REDIRECT_URI}?a=b` }, 400, 'Error 400: redirect_uri_mismatch'],
    ];
    for (const [parameters, status, text] of cases) {
      const page = await browser.authorize(parameters);
      t.match(page, { status, html: text, app: undefined }, text);
      t.match(page.html, 'Access blocked');
    }
  },
);

t.test('a parameter that comes twice is refused', async (t) => {
  const emulator = await start(t);
  const page = await new Browser(emulator).open(`${authorizationPath()}&scope=openid`);
  t.match(page, { status: 400, html: 'OAuth 2 parameters can only have a single value: scope' });
});

t.test('scopes that Google does not have get a page that names them', async (t) => {
  const emulator = await start(t);
  const browser = new Browser(emulator);
  const calendar = 'https://www.googleapis.com/auth/calendar.readonly';
  const cases = {
    'openid emial': '{valid=[openid], invalid=[emial]}',
    'calendar.readonly': '{invalid=[calendar.readonly]}',
    [`email ${calendar} https:// www.googleapis.com/auth/drive`]: `{valid=[https://www.googleapis.com/auth/userinfo.email, ${calendar}], invalid=[https://, www.googleapis.com/auth/drive]}`,
    'https://www.googleapis.com/calendar.readonly': '{invalid=[https://www.googleapis.com/calendar.readonly]}',
    'https://www.googleapis.com/auth/': '{invalid=[https://www.googleapis.com/auth/]}',
  };
  for (const [scope, lists] of Object.entries(cases)) {
    const page = await browser.authorize({ scope });
    t.match(page, { status: 400, html: 'Some requested scopes were invalid.', app: undefined }, scope);
    t.match(page.html, 'Error 400: invalid_scope');
    t.ok(page.html.includes(lists), scope);
  }
  for (const scope of ['https://mail.google.com/', `openid profile ${calendar}`]) {
    t.equal((await browser.authorize({ scope })).status, 200, scope);
  }
});

t.test('other mistakes are told to the app, with its state', async (t) => {
  const emulator = await start(t);
  const browser = new Browser(emulator);
  const challenge = 'x'.repeat(43);
  const cases: [Record<string, string>, string][] = [
    [{ response_type: '' }, 'invalid_request'],
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ prompt: 'login' }, 'invalid_request'],
    [{ access_type: 'sometimes' }, 'invalid_request'],
    [{ code_challenge: 'short' }, 'invalid_request'],
    [{ code_challenge: challenge, code_challenge_method: 'S512' }, 'invalid_request'],
    [{ code_challenge_method: 'S256' }, 'invalid_request'],
  ];
  for (const [parameters, error] of cases) {
    const { app } = await browser.authorize(parameters);
    t.equal(app?.searchParams.get('error'), error, JSON.stringify(parameters));
    t.equal(app?.searchParams.get('state'), 'the-state');
    t.equal(app?.searchParams.get('code'), null);
  }
});
