import type { Page } from 'playwright-core';

/** What a page has shown of its access token while it was watched. */
export interface TokenHistory {
  /** Of each token, in their order. */
  readonly fingerprints: readonly string[];
  /** Whether it ever said that one had expired. */
  readonly expired: boolean;
}

/** Keeps a record of every change, without touching the page; the result reads it. */
export async function watchToken(page: Page): Promise<() => Promise<TokenHistory>> {
  const history = await page.evaluateHandle((): TokenHistory => {
    const fingerprints: string[] = [];
    const record = { fingerprints, expired: false };
    const look = (): void => {
      const shown = document.querySelector('[data-testid="fingerprint"]')?.textContent?.replaceAll(' ', '') ?? '';
      if (/^[0-9a-f]{16}$/.test(shown) && shown !== fingerprints.at(-1)) fingerprints.push(shown);
      if (/expired/.test(document.body.textContent ?? '')) record.expired = true;
    };
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
    look();
    return record;
  });
  return () => history.jsonValue();
}
