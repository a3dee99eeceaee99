import type { BrowserContext } from 'playwright-core';
import type { Test } from 'tap';
import { CLIENT, NEXTAUTH_SECRET, type System } from '../../system/support/system.ts';

/**
 * Keeps every token that passes through a browser, and at the end looks for them, for people and for secrets in all that the system has
 * printed and in the URLs that the browser went to. The emulator's portraits, which only it has, are named after people.
 */
export function watchForLeaks(t: Test, system: System, context: BrowserContext): void {
  const tokens = new Set<string>();
  const urls: string[] = [];
  context.on('request', (request) => {
    urls.push(request.url());
    const token = request.headers().authorization?.replace(/^Bearer /, '');
    if (token !== undefined) tokens.add(token);
  });
  t.teardown(() => {
    if (tokens.size === 0) throw new Error('no token was sent');
    const people = system.google.users.flatMap(({ sub, email }) => [sub, email]);
    const printed = system.output();
    const secrets = [...tokens, ...people, CLIENT.secret, NEXTAUTH_SECRET, 'ya29.', '1//0'];
    if (secrets.some((secret) => printed.includes(secret))) throw new Error('a secret or a person is in a log');
    if ([...tokens].some((token) => urls.some((url) => url.includes(token)))) throw new Error('a token is in a URL');
    const said = urls.filter((url) => new URL(url).pathname !== '/portrait').map(decodeURIComponent);
    if (people.some((person) => said.some((url) => url.includes(person)))) throw new Error('a person is in a URL');
  });
}
