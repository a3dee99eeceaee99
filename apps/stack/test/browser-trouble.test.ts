import { test } from 'tap';
import { noBrowser, openBrowser } from './support/browser.ts';
import { watchForLeaks } from './support/secrets.ts';
import { startSystem } from './support/system.ts';

test('when something is down, the page says what and what to do', { skip: noBrowser }, async (t) => {
  const system = await startSystem();
  t.teardown(() => system.close());
  const { google, webUrl } = system;
  const person = await (await openBrowser(t, webUrl)).newPerson();
  watchForLeaks(t, system, person.context);

  await t.test('the API is down while signing in: nobody is signed in, and it is not about them', async (t) => {
    await system.stopApi();
    await person.signIn();
    await person.sees('The API cannot be reached');
    t.equal(new URL(person.page.url()).search, '?error=ApiUnavailable');
    await person.button('Sign in with Google').waitFor();
    await person.looksAt('20-api-down-at-sign-in');
    await system.startApi();
  });

  await t.test('the API refuses somebody whose address is not verified', async () => {
    await person.signIn('una@example.net');
    await person.sees('The API does not accept this account');
    await person.looksAt('21-refused');
  });

  await t.test('Google is down at sign-in', async () => {
    google.faults.set({ path: '/.well-known/openid-configuration', kind: 'status', status: 503 });
    await person.button('Sign in with Google').click();
    await person.sees('Google could not be reached');
    await person.looksAt('22-google-down-at-sign-in');
    google.faults.clear();
  });

  await t.test('Google is down at the exchange of the code', async () => {
    google.faults.set({ path: '/token', kind: 'reset', times: 1 });
    await person.signIn();
    await person.sees('The reply from Google did not fit');
    google.faults.clear();
  });

  await t.test('an error in the URL that nobody knows is not repeated', async (t) => {
    await person.page.goto(`${webUrl}/?error=%3Cb%3Ehello%3C/b%3E`);
    await person.sees('Signing in did not work');
    t.equal(await person.page.getByText('hello').count(), 0);
  });

  await t.test('the API is down while signed in, and comes back', async (t) => {
    await person.signIn();
    await person.sees('Signed in as Ada Lovelace');
    await person.page.getByTestId('calls').locator('[data-status="200"]').first().waitFor();
    await system.stopApi();
    await person.button('Call the API').click();
    await person.sees('The API could not be reached');
    t.equal((await person.calls())[0], 'GET /api/user none');
    await person.looksAt('23-api-down');
    await system.startApi();
    await person.button('Call the API').click();
    await person.sees('The API accepted the token');
  });

  await t.test('the calendar is down', async (t) => {
    await person.button('Read my calendar').click();
    await person.button('Allow calendar').click();
    await person.choose('ada@example.com');
    await person.button('Continue').click();
    await person.sees('Signed in as Ada Lovelace');
    google.faults.set({ path: '/calendar/v3/calendars/primary/events', kind: 'html' });
    await person.button('Read my calendar').click();
    await person.sees('This is not about you: try again in a moment');
    t.equal((await person.calls())[0], 'GET /api/calendar/events 503');
    await person.looksAt('24-calendar-down');
    google.faults.clear();
    await person.button('Read my calendar').click();
    await person.sees(/What comes next/);
  });

  await t.test('a page that does not exist', async () => {
    await person.page.goto(`${webUrl}/nowhere`);
    await person.sees('There is no such page');
    await person.looksAt('25-no-such-page');
  });
});

test('a token that cannot be renewed is said to have expired, and goes on when Google is back', {
  skip: noBrowser,
}, async (t) => {
  const system = await startSystem({ google: { tokenLifetimeS: 8 } });
  t.teardown(() => system.close());
  const person = await (await openBrowser(t, system.webUrl)).newPerson();
  await person.signIn();
  await person.sees('Signed in as Ada Lovelace');
  system.google.faults.set({ path: '/token', kind: 'status', status: 503 });
  await person.sees('Your access token has expired');
  await person.looksAt('26-expired');
  system.google.faults.clear();
  await person.button('Call the API').click();
  await person.sees('The API accepted the token');
});

test('a client that Google does not know any more', { skip: noBrowser }, async (t) => {
  const system = await startSystem({ google: { tokenLifetimeS: 8 } });
  t.teardown(() => system.close());
  const person = await (await openBrowser(t, system.webUrl)).newPerson();
  await person.signIn();
  const body = { error: 'deleted_client', error_description: 'The OAuth client was deleted.' };
  system.google.faults.set({ path: '/token', kind: 'status', status: 401, body });
  await person.sees('Google does not accept this app');
  await person.looksAt('27-client-unknown');
});
