import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Browser } from './browser.js';
import { run } from './command.js';
import { consent } from './google.js';
import { start } from './program.js';

const next = (cwd) => join(cwd, 'node_modules/next/dist/bin/next');

/** Builds the example page without any variable: the machine that builds does not know them. */
export async function buildPage(cwd, signal) {
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' };
  for (const name of ['GOOGLE_CLIENT_ID', 'GOOGLE_CLIENT_SECRET', 'API_URL', 'NEXTAUTH_URL', 'NEXTAUTH_SECRET']) {
    delete env[name];
  }
  await run(process.execPath, [next(cwd), 'build'], { cwd, env, signal });
  const built = readdirSync(join(cwd, '.next/server'), { recursive: true }).filter((path) => path.endsWith('.js'));
  const isChecked = built.some((path) =>
    readFileSync(join(cwd, '.next/server', path), 'utf8').includes('next-auth-google-bearer needs Node'),
  );
  assert(isChecked, 'the bundler has left out the check of the Node version');
}

/**
 * Starts a page.
 *
 * @param {'start' | 'dev'} how it was built, or is compiled as it is asked for
 */
export function startPage(how, cwd, port, env, signal) {
  const all = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', ...env };
  const prints = /Local:\s+(http:\S+)[\s\S]*Ready in/;
  return start([next(cwd), how, '-p', String(port)], { cwd, env: all, prints, signal });
}

/**
 * Signs in as the page's button does, and hands out the access token as the page sees it.
 *
 * @returns {Promise<{ accessToken: string, refresh: () => Promise<string> }>}
 */
export async function signInAtPage(url) {
  const browser = new Browser();
  const json = async (path, init) => (await browser.request(`${url}/api/auth/${path}`, init)).json();
  const { csrfToken } = await json('csrf');
  const body = new URLSearchParams({ csrfToken, json: 'true', callbackUrl: url });
  const { url: authorizationUrl } = await json('signin/google', { method: 'POST', body });
  const landed = await consent(browser, authorizationUrl);
  assert.equal(new URL(landed.url).pathname, '/', `sign-in ends at ${landed.url.split('?', 1)}`);
  assert.match(landed.html, /Who am I\?/, 'the page knows who is signed in');
  const session = await json('session');
  assert.match(session.greeting, /^Hello, Ada/, "the application's own callback adds to the session");
  assert.equal(session.refreshToken, undefined, 'the refresh token stays in the cookie');
  return {
    accessToken: session.accessToken,
    refresh: async () => {
      const data = { refusedAccessToken: session.accessToken };
      const sent = JSON.stringify({ csrfToken: (await json('csrf')).csrfToken, data });
      const headers = { 'content-type': 'application/json' };
      return (await json('session', { method: 'POST', headers, body: sent })).accessToken;
    },
  };
}

/** The API lets the page's scripts call it, and nobody else's. */
export async function checkCors(apiUrl, pageUrl) {
  for (const method of ['GET', 'POST', 'DELETE']) {
    const headers = {
      origin: pageUrl,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization',
    };
    const preflight = await fetch(`${apiUrl}/api/user`, { method: 'OPTIONS', headers });
    assert.equal(preflight.status, 204, `preflight of ${method}`);
    assert.equal(preflight.headers.get('access-control-allow-origin'), pageUrl);
    assert.match(preflight.headers.get('access-control-allow-methods') ?? '', new RegExp(method));
  }
}
