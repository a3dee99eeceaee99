import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeVerifier } from 'google-bearer/testing';
import { buildApp } from './app.ts';

test('a user signs in, and a leaked token is refused', async (t) => {
  const verifier = fakeVerifier({
    principals: {
      'ada-1': { subject: '1', email: 'ada@example.com' },
      'ada-2': { subject: '1', email: 'ada@example.com' },
      'no-email': { subject: '2', scopes: ['openid'] },
      'not-verified': { subject: '3', email: 'una@example.com', emailVerified: false },
    },
  });
  const app = await buildApp(verifier, 'http://localhost:3000');
  t.after(() => app.close());
  const call = (method: 'GET' | 'POST' | 'DELETE', url: string, token: string) =>
    app.inject({ method, url, headers: { authorization: `Bearer ${token}` } });

  assert.equal((await call('POST', '/api/user', 'ada-1')).statusCode, 201);
  assert.equal((await call('POST', '/api/user', 'no-email')).statusCode, 403);
  assert.equal((await call('POST', '/api/user', 'not-verified')).statusCode, 403);
  assert.equal((await call('DELETE', '/api/token', 'ada-1')).statusCode, 204);
  assert.equal((await call('GET', '/api/user', 'ada-1')).json().code, 'ERR_TOKEN_REVOKED');
  assert.equal((await call('GET', '/api/user', 'ada-2')).json().email, 'ada@example.com');
});
