import { launchChromium, noBrowser, PAGE_PATIENCE_MS } from '@google-bearer/test-kit/chromium';
import type { Page } from 'playwright-core';
import t from 'tap';
import { startApi } from './support/api.ts';

t.setTimeout(PAGE_PATIENCE_MS * 2);

/** Sends a request with the buttons of Swagger UI, and returns the status that it shows. */
async function tryOut(page: Page, method: string, path: string): Promise<string | null> {
  const block = page
    .locator('.opblock', { has: page.locator(`[data-path="${path}"]`) })
    .and(page.locator(`.opblock-${method}`));
  if ((await block.getAttribute('class'))?.includes('is-open') !== true)
    await block.locator('.opblock-summary').click();
  const answered = page.waitForResponse((response) => new URL(response.url()).pathname === path);
  await block.getByRole('button', { name: 'Execute' }).click();
  const status = String((await answered).status());
  // Until the page shows this answer, it shows the one before.
  const shown = block.locator('.live-responses-table .response-col_status').last().filter({ hasText: status });
  const text = await shown.locator('xpath=..').textContent();
  // Swagger UI draws all that is open anew at every change.
  await block.locator('.opblock-summary').click();
  return text;
}

t.test('every route can be tried at /docs, with a fresh token or a pasted one', { skip: noBrowser }, async (t) => {
  const { app, google } = await startApi(t);
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const browser = await launchChromium();
  t.teardown(() => browser.close());
  const page = await browser.newPage();
  page.setDefaultTimeout(PAGE_PATIENCE_MS);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !/^Failed to load resource: /.test(message.text()))
      complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`${url}/docs`);

  await page.getByRole('button', { name: 'Use a fresh token of an administrator' }).click();
  await page.getByText(/Every route now sends a token of/).waitFor();
  t.match(await tryOut(page, 'post', '/api/user'), /^201/, 'with the example for a body');
  t.match(await tryOut(page, 'get', '/api/calendar/events'), /^200/);
  t.match(await tryOut(page, 'get', '/admin/revocations'), /^200/);
  t.match(await tryOut(page, 'post', '/admin/revocations'), /^201/, 'with the example for a body');
  const stream = tryOut(page, 'get', '/api/events');
  await page.waitForResponse((response) => new URL(response.url()).pathname === '/api/events');
  t.match(await tryOut(page, 'delete', '/api/token'), /^204/);
  t.match(await stream, /^200.*event: hello.*event: refused.*ERR_TOKEN_REVOKED/s, 'a stream, once it has ended');
  t.match(await tryOut(page, 'get', '/api/user'), /^401/, 'that token is revoked');

  await page.getByRole('button', { name: 'Authorize' }).click();
  const dialog = page.locator('.dialog-ux');
  await dialog.locator('button', { hasText: 'Logout' }).click();
  await dialog.getByRole('textbox').fill(google.mintToken());
  await dialog
    .locator('.auth-container', { has: page.getByRole('textbox') })
    .locator('button[type=submit]')
    .click();
  await dialog.locator('button', { hasText: 'Close' }).last().click();
  t.match(await tryOut(page, 'get', '/api/user'), /^200/, 'a pasted token works');
  t.strictSame(complaints, []);
});
