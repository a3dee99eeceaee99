import { readFileSync } from 'node:fs';
import { noBrowser } from '@google-bearer/test-kit/chromium';
import { reservedPort } from '@google-bearer/test-kit/ports';
import t from 'tap';
import {
  authorizationPath,
  CALENDAR,
  CLIENT_ID,
  CLIENT_SECRET,
  EMAIL,
  postForm,
  REDIRECT_URI,
  start,
} from './browser.ts';
import { openConsole, openContext } from './chromium.ts';

const ADA = '106488946935451153824';

t.test(
  'people: sign in as somebody, and the app that asks next gets that account; end a grant',
  { skip: noBrowser },
  async (t) => {
    const emulator = await start(t);
    const context = await openContext(t);
    const page = await openConsole(context, emulator.url);
    await page.getByRole('button', { name: 'Sign in as Grace Hopper' }).click();
    await page.getByText('Signed in in this browser', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Sign out Grace Hopper' }).waitFor();
    const app = await context.newPage();
    await app.goto(emulator.url + authorizationPath());
    await app.getByRole('heading', { name: 'Sign in to localhost:3000' }).waitFor();
    await app.getByText('grace@example.org').waitFor();

    const token = emulator.mintToken();
    await page.getByText('emulator-project: no scopes, minted tokens only').waitFor();
    await page.getByRole('button', { name: 'End grant of Ada Lovelace' }).click();
    await page.getByText('The grant of Ada Lovelace is over').waitFor();
    t.equal((await postForm(emulator, '/tokeninfo', { access_token: token })).status, 400);

    await page.getByRole('button', { name: 'Sign out Grace Hopper' }).click();
    await page.getByRole('button', { name: 'Sign in as Grace Hopper' }).waitFor();
    await app.goto(emulator.url + authorizationPath());
    await app.getByRole('heading', { name: 'Choose an account' }).waitFor();
  },
);

t.test('mint: the token is what the form says, and can be copied', { skip: noBrowser }, async (t) => {
  const emulator = await start(t, {
    clients: [
      { id: CLIENT_ID, secret: CLIENT_SECRET, redirectUris: [REDIRECT_URI] },
      { id: 'other', secret: 'other-secret', redirectUris: [] },
    ],
  });
  const context = await openContext(t, { permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await openConsole(context, emulator.url);
  await page.getByLabel('Person').selectOption({ label: 'grace@example.org' });
  await page.getByLabel('Client (aud)').selectOption('other');
  await page.getByLabel('profile').uncheck();
  await page.getByLabel('calendar.readonly').check();
  await page.getByLabel('More scopes').fill('  scope-a scope-b ');
  await page.getByLabel('Lifetime in seconds').fill('1200');
  const body = {
    client: 'other',
    user: '113746508213490785132',
    scopes: ['openid', 'email', CALENDAR, 'scope-a', 'scope-b'],
    lifetimeS: 1200,
  };
  const shown = (await page.locator('#mint-request').textContent()) ?? '';
  t.ok(shown.startsWith('POST /__emulator/tokens '));
  t.same(
    JSON.parse(shown.slice('POST /__emulator/tokens '.length)),
    body,
    'the request beside the button is what is sent',
  );
  await page.getByRole('button', { name: 'Mint token' }).click();
  const token = await page.getByLabel('Access token', { exact: true }).inputValue();
  t.match((await postForm(emulator, '/tokeninfo', { access_token: token })).body, {
    aud: 'other',
    email: 'grace@example.org',
    scope: `openid ${EMAIL} ${CALENDAR} scope-a scope-b`,
    // Of what the form says, a busy machine may take a while to ask.
    expires_in: /^1(200|1\d\d)$/,
  });
  await page.getByRole('button', { name: 'Copy token' }).click();
  await page.getByText('Copied.').waitFor();
  t.equal(await page.evaluate(() => navigator.clipboard.readText()), token);

  await page.getByLabel('Kind').selectOption('service-account');
  t.ok(await page.getByLabel('Person').isDisabled());
  await page.getByRole('button', { name: 'Mint token' }).click();
  await page.waitForFunction((old) => document.querySelector<HTMLInputElement>('#minted-token')?.value !== old, token);
  const robot = await page.getByLabel('Access token', { exact: true }).inputValue();
  t.notOk('sub' in (await postForm(emulator, '/tokeninfo', { access_token: robot })).body);

  await page.getByLabel('More scopes').fill('x'.repeat(70_000));
  await page.getByRole('button', { name: 'Mint token' }).click();
  await page.getByText('request_too_large').waitFor();
});

t.test('faults: switches show what is on, whoever switched it on', { skip: noBrowser }, async (t) => {
  const emulator = await start(t);
  const page = await openConsole(await openContext(t), emulator.url);
  const toggle = (name: string) => page.getByRole('switch', { name });
  const state = (name: string, on: boolean) => page.getByRole('switch', { name, checked: on }).waitFor();
  await toggle('503 Unavailable').click();
  await state('503 Unavailable', true);
  t.equal((await fetch(`${emulator.url}/tokeninfo`)).status, 503);
  await toggle('403 as HTML').click();
  await state('403 as HTML', true);
  await state('503 Unavailable', false);
  t.equal((await fetch(`${emulator.url}/token`)).status, 403);
  await toggle('403 as HTML').click();
  await state('403 as HTML', false);
  t.same(emulator.faults.active(), []);

  await page.getByLabel('Where').selectOption('/tokeninfo');
  await page.getByLabel('For how many requests').fill('2');
  await toggle('429 Too many requests').click();
  await page.getByText('for /tokeninfo (2 more)').waitFor();
  const answer = await fetch(`${emulator.url}/tokeninfo`);
  t.match([answer.status, answer.headers.get('retry-after')], [429, '5']);
  await page.getByText('for /tokeninfo (1 more)').waitFor();

  emulator.faults.set({ path: '/revoke', kind: 'latency', ms: 7 });
  await page.getByRole('button', { name: 'Switch off latency, ms 7 for /revoke' }).click();
  await page.getByText('latency, ms 7', { exact: true }).waitFor({ state: 'detached' });
  t.match(emulator.faults.active(), [{ path: '/tokeninfo' }]);

  await page.getByText('Any other fault').click();
  const json = page.getByLabel('The fault, as JSON');
  await json.fill('{"path":"/nowhere","kind":"hang"}');
  await page.getByRole('button', { name: 'Switch on', exact: true }).click();
  await page.getByText('fault.path must be the path of an endpoint, or *').waitFor();
  await json.fill('[');
  await page.getByRole('button', { name: 'Switch on', exact: true }).click();
  t.notOk(await json.evaluate((field: HTMLTextAreaElement) => field.checkValidity()));
  await json.fill('{"path":"/v1/userinfo","kind":"reset"}');
  await page.getByRole('button', { name: 'Switch on', exact: true }).click();
  await page.getByText('for /v1/userinfo').waitFor();
  await page.getByRole('button', { name: 'Switch all off' }).click();
  await page.getByText('On now').waitFor({ state: 'detached' });
  t.same(emulator.faults.active(), []);
});

t.test('every switch is a fault that the emulator takes', { skip: noBrowser }, async (t) => {
  const emulator = await start(t);
  const page = await openConsole(await openContext(t), emulator.url);
  const switches = await page.getByRole('switch').all();
  t.equal(switches.length, 10);
  for (const [index, one] of switches.entries()) {
    await one.click();
    await page.locator(`#fault-switch-${index}[aria-checked="true"]`).waitFor();
    t.equal(await page.locator('[aria-checked="true"]').count(), 1, 'one fault for one path');
    t.equal(emulator.faults.active().length, 1);
  }
});

t.test('the clock is moved and set back, and says how far it is off', { skip: noBrowser }, async (t) => {
  const emulator = await start(t);
  const page = await openConsole(await openContext(t), emulator.url);
  await page.getByText('the machine’s time', { exact: true }).waitFor();
  await page.getByRole('button', { name: '1 hour ahead' }).click();
  await page.getByRole('button', { name: '1 minute back' }).click();
  await page.getByText('59 min ahead of the machine', { exact: true }).waitFor();
  t.equal(emulator.clock.aheadMs(), 59 * 60_000);
  emulator.clock.advance(-7_200_900);
  await page.getByText('1 h 1 min 900 ms behind the machine', { exact: true }).waitFor();
  const shown = await page.locator('#clock-time').getAttribute('datetime');
  t.ok(Math.abs(Date.parse(shown ?? '') - emulator.clock.now()) < 60_000);
  await page.getByRole('button', { name: 'As the machine’s' }).click();
  await page.getByText('the machine’s time', { exact: true }).waitFor();
  t.equal(emulator.clock.aheadMs(), 0);
});

t.test('a secret is in the page only after somebody asked for it', { skip: noBrowser }, async (t) => {
  const emulator = await start(t);
  const page = await openConsole(await openContext(t), emulator.url);
  t.notMatch(await page.content(), CLIENT_SECRET);
  await page.getByRole('button', { name: `Show secret of ${CLIENT_ID}` }).click();
  t.equal(await page.getByLabel('Client secret').inputValue(), CLIENT_SECRET);
  await page.getByRole('button', { name: `Hide secret of ${CLIENT_ID}` }).click();
  await page.getByLabel('Client secret').waitFor({ state: 'detached' });
});

t.test(
  'calls: a live table without a token; it can be filtered, stopped and cleared',
  { skip: noBrowser },
  async (t) => {
    const emulator = await start(t);
    const page = await openConsole(await openContext(t), emulator.url);
    await page.getByText('No calls yet.').waitFor();
    const token = emulator.mintToken();
    await postForm(emulator, '/tokeninfo', { access_token: token });
    const row = page.getByRole('row').nth(1);
    await row.getByText('in the form').waitFor();
    const cells = (await row.getByRole('cell').allTextContents()).slice(1);
    t.match(cells, ['POST', '/tokeninfo', '200', /^[0-9a-f]{8} in the form$/, /^$/, /^$/]);
    const query = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: token,
      client_secret: CLIENT_SECRET,
    });
    await fetch(`${emulator.url}/token?${query}`, { method: 'POST' });
    await page.getByRole('cell', { name: 'refresh token' }).waitFor();
    await fetch(`${emulator.url}/${token}`);
    await page.getByRole('cell', { name: '(unknown)' }).waitFor();
    for (const secret of [token, CLIENT_SECRET]) t.notMatch(await page.content(), secret);

    await page.getByLabel('Show', { exact: true }).selectOption('/tokeninfo');
    await page.getByText('1 call', { exact: true }).waitFor();
    await page.getByLabel('Show', { exact: true }).selectOption('every endpoint');
    await page.getByText('3 calls', { exact: true }).waitFor();

    await page.getByRole('button', { name: 'Pause' }).click();
    await postForm(emulator, '/tokeninfo', { access_token: token });
    // The clock is shown by the same look at the emulator: once it has moved on, the table has had its chance.
    emulator.clock.advance(86_400_000);
    await page.getByText('1 day ahead of the machine').waitFor();
    t.equal(await page.locator('#calls-rows tr').count(), 3);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('4 calls', { exact: true }).waitFor();

    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByText('No calls yet.').waitFor();
    t.equal(emulator.calls.length, 0);
  },
);

t.test('every request that the console shows is in the README', { skip: noBrowser }, async (t) => {
  const emulator = await start(t);
  const page = await openConsole(await openContext(t), emulator.url);
  emulator.faults.set({ path: '*', kind: 'hang' });
  await page.getByRole('button', { name: 'Sign in as Ada Lovelace' }).click();
  await page.getByRole('button', { name: 'Sign out Ada Lovelace' }).waitFor();
  await page.getByText('On now').waitFor();
  const shown = await page.locator('.request').allTextContents();
  const requests = new Set(shown.map((text) => /^[A-Z]+ [^ ?]+/.exec(text)?.[0] ?? text));
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  for (const request of requests) t.match(readme, `| \`${request}`, request);
  t.same([...requests].sort(), [
    'DELETE /__emulator/calls',
    'DELETE /__emulator/clock',
    'DELETE /__emulator/faults',
    'DELETE /__emulator/grants',
    'DELETE /__emulator/session',
    'GET /__emulator/calls',
    'GET /__emulator/clients/secret',
    'POST /__emulator/clock',
    'POST /__emulator/faults',
    'POST /__emulator/session',
    'POST /__emulator/tokens',
  ]);
});

t.test('names are shown as text, whatever stands in them', { skip: noBrowser }, async (t) => {
  const evil = '"><img src=x onerror=alert(1)><script>alert(1)</script>';
  const emulator = await start(t, {
    users: [{ email: 'a@example.com', name: evil, sub: ADA }],
    clients: [{ id: evil, secret: evil, redirectUris: [REDIRECT_URI] }],
  });
  emulator.faults.set({ path: '*', kind: 'status', status: 503, body: evil });
  const page = await openConsole(await openContext(t), emulator.url);
  await page.getByText(evil).first().waitFor();
  t.equal(await page.locator('main script, main img:not(.account img)').count(), 0);
});

t.test('an emulator that is gone is said, and nothing else breaks', { skip: noBrowser }, async (t) => {
  // One that nobody else is given while it is free.
  const port = await reservedPort();
  const emulator = await start(t, { port });
  const page = await openConsole(await openContext(t), emulator.url);
  await emulator.close();
  await page.getByRole('alert').getByText('The emulator does not answer.').waitFor();
  const again = await start(t, { port });
  await page.getByRole('alert').getByText('The emulator does not answer.').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: '1 hour ahead' }).click();
  await page.getByText('1 h ahead of the machine', { exact: true }).waitFor();
  t.equal(again.clock.aheadMs(), 3_600_000);
});
