import { join } from 'node:path';
import { launchChromium } from '@google-bearer/test-kit/chromium';
import type { Page } from 'playwright-core';
import { startSystem } from '../system/support/system.ts';

/**
 * Makes the pictures of README and apps/web/README.md anew, from the root:
 * `node --conditions=google-bearer-source tests/browser/pictures.ts`.
 */
const IMAGES = join(import.meta.dirname, '../../docs/images');

const system = await startSystem();
const browser = await launchChromium();
try {
  const viewport = { width: 1280, height: 1000 };
  const page = await browser.newPage({ viewport, reducedMotion: 'reduce' });
  await page.goto(system.webUrl);
  await picture(page, 'signed-out', 640);
  // The scripts of the page have to run before a button does anything.
  await page.waitForLoadState('networkidle');
  await page.getByRole('button', { name: 'Sign in with Google' }).click();
  await page.locator('button.account', { hasText: 'ada@example.com' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByTestId('calls').locator('[data-status="200"]').waitFor();
  await page.getByRole('button', { name: 'My token leaked' }).click();
  await page.getByText('calls were refused').waitFor();
  await page.getByText('Connected').waitFor();
  await page.mouse.move(0, 0);
  await picture(page, 'leaked', 1000);
} finally {
  await Promise.all([browser.close(), system.close()]);
}

async function picture(page: Page, name: string, height: number): Promise<void> {
  await page.screenshot({ path: join(IMAGES, `${name}.png`), clip: { x: 0, y: 0, width: 1280, height } });
}
