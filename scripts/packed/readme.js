import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { launchChromium, PAGE_PATIENCE_MS } from '../../tests/kit/chromium.ts';

const README = join(import.meta.dirname, '../../packages/next-auth-google-bearer/README.md');

/** Puts the files of next-auth-google-bearer's README into a project, in place of its own. Each is as pasted. */
export async function pasteReadme(cwd) {
  const files = [...(await readFile(README, 'utf8')).matchAll(/```tsx?\n\/\/ (src\/\S+)\n([\s\S]*?)```/g)];
  assert(files.length >= 7, `the README has ${files.length} files`);
  for (const folder of ['src', '.next']) await rm(join(cwd, folder), { recursive: true, force: true });
  for (const [, path, code] of files) {
    const file = join(cwd, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, code);
  }
}

/** Does in a browser what the README's pages are for: signs in, calls the API from the page and through the site, and ends the grant. */
export async function useReadmePages(pageUrl, signal) {
  const browser = await launchChromium({ handleSIGINT: false });
  // Whoever interrupts does not wait for a page.
  signal.addEventListener('abort', () => browser.close(), { once: true });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(PAGE_PATIENCE_MS);
    const complaints = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    // The browser asks for an icon, which the README says nothing about.
    await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }));
    // What is pressed before React listens does nothing.
    const isAlive = () =>
      page.waitForFunction(() => Object.keys(document).some((key) => key.startsWith('__reactContainer')));
    await page.goto(pageUrl);
    await isAlive();
    await page.getByRole('button', { name: 'Sign in with Google' }).click();
    await page.getByRole('button', { name: 'ada@example.com' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL(`${pageUrl}/**`);
    await isAlive();
    await page.getByRole('button', { name: 'Who am I?' }).click();
    await page.getByRole('button', { name: /"email":"ada@example\.com"/ }).waitFor();
    const status = (path, method) =>
      page.evaluate(async ([url, init]) => (await fetch(url, init)).status, [path, { method }]);
    assert.equal(await status('/backend/api/user', 'GET'), 200, 'the API through the site');
    assert.equal(await status('/api/grant', 'DELETE'), 204, 'the grant is ended');
    assert.deepEqual(complaints, [], 'in the console of the browser');
  } finally {
    await browser.close();
  }
}
