import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Browser } from './browser.js';
import { start } from './program.js';

/** The client of examples/.env.example. */
const CLIENT = { id: 'emulator-client.apps.googleusercontent.com', secret: 'GOCSPX-emulator-secret' };

/** Starts the emulator that is installed in a folder, for this redirect URI. */
export function startGoogle(cwd, redirectUri, signal) {
  const cli = join(cwd, 'node_modules/google-oauth-emulator/dist/cli.js');
  const client = `${CLIENT.id}:${CLIENT.secret}:${redirectUri}`;
  const prints = /^Google OAuth emulator: (\S+)$/m;
  return start([cli, '--port', '0', '--client', client], { cwd, env: process.env, prints, signal });
}

/**
 * From the first page of Google's to the application's redirect URI, as Ada.
 *
 * @param {Browser} browser
 * @param {string} authorizationUrl
 * @param {string} [stopAt] a redirect URI where nothing listens
 */
export async function consent(browser, authorizationUrl, stopAt) {
  const chooser = await browser.open(authorizationUrl);
  // Ada is the first of the emulator's people.
  const [, sub] = /name="user" value="([^"]+)"/.exec(chooser.html) ?? [];
  assert(sub, `Google lets nobody choose an account:\n${chooser.html.slice(0, 2000)}`);
  const asked = await browser.submit(chooser, 'user', sub);
  return browser.submit(asked, 'decision', 'allow', stopAt);
}

/**
 * Signs in at Google with the code flow, as a program without NextAuth does.
 *
 * @returns {Promise<{ accessToken: string, refresh: () => Promise<string> }>}
 */
export async function signInAtGoogle(googleUrl, redirectUri) {
  const parameters = {
    client_id: CLIENT.id,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid email profile',
    access_type: 'offline',
    prompt: 'consent',
    state: 'xyz',
  };
  const page = await consent(
    new Browser(),
    `${googleUrl}/o/oauth2/v2/auth?${new URLSearchParams(parameters)}`,
    redirectUri,
  );
  const code = new URL(page.url).searchParams.get('code');
  assert(code, `Google sent no code to ${redirectUri}`);
  const first = await askForToken(googleUrl, { grant_type: 'authorization_code', code, redirect_uri: redirectUri });
  assert(first.refresh_token, 'Google gave no refresh token');
  const again = { grant_type: 'refresh_token', refresh_token: first.refresh_token };
  return {
    accessToken: first.access_token,
    refresh: async () => (await askForToken(googleUrl, again)).access_token,
  };
}

async function askForToken(googleUrl, parameters) {
  const body = new URLSearchParams({ client_id: CLIENT.id, client_secret: CLIENT.secret, ...parameters });
  const response = await fetch(`${googleUrl}/token`, { method: 'POST', body });
  assert.equal(response.status, 200, 'POST /token');
  return response.json();
}
