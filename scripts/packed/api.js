import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { start } from './program.js';

/** Starts an example API as its `npm start` does, at any free port. */
export function startApi(cwd, env, signal) {
  const { scripts } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8'));
  const [node, ...args] = scripts.start.split(' ');
  assert.equal(node, 'node');
  const prints = /Server listening at (http:\/\/127\.0\.0\.1:\d+)/;
  return start(args, { cwd, env: { ...process.env, ...env, PORT: '0' }, prints, signal });
}

/**
 * The story of a leaked token: accepted, revoked, refused, and accepted again once it is refreshed.
 *
 * @param {string} apiUrl
 * @param {{ accessToken: string, refresh: () => Promise<string> }} session
 */
export async function followTheStory(apiUrl, { accessToken, refresh }) {
  const call = async (method, path, token) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(apiUrl + path, { method, headers });
    return {
      status: response.status,
      challenge: response.headers.get('www-authenticate'),
      text: await response.text(),
    };
  };
  assert.equal((await call('GET', '/healthz')).status, 200, 'a public route answers everybody');
  assert.equal((await call('GET', '/api/user')).status, 401, 'a call without a token is refused');
  const accepted = await call('GET', '/api/user', accessToken);
  assert.equal(accepted.status, 200, `the token is accepted: ${accepted.text}`);
  assert.match(accepted.text, /ada@example\.com/);
  assert.equal((await call('DELETE', '/api/token', accessToken)).status, 204, 'the token is revoked');
  const refused = await call('GET', '/api/user', accessToken);
  assert.equal(refused.status, 401, 'the revoked token is refused');
  assert.match(refused.text, /ERR_TOKEN_REVOKED/);
  assert.match(refused.challenge ?? '', /^Bearer .*error="invalid_token"/);
  const refreshed = await refresh();
  assert.notEqual(refreshed, accessToken, 'refreshing gives another token');
  assert.equal((await call('GET', '/api/user', refreshed)).status, 200, 'the refreshed token is accepted');
}
