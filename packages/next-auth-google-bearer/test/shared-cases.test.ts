import { acceptedBaseUrls, plainHttpBaseUrls, refusedBaseUrls } from '@google-bearer/test-kit/base-urls';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { test } from 'tap';
import { secureBaseUrl } from '../src/base-url.ts';
import { googleBearerAuth, googleProvider, grantHandler, signInCallback } from '../src/index.ts';
import { GoogleSessionProvider } from '../src/react.ts';
import { readRetryAfterMs } from '../src/refresh/retry-after.ts';
import { isScope } from '../src/scope.ts';
import { retryAfterNow, retryAfters } from './fixtures/retry-after.ts';
import { acceptedScopes, refusedScopes } from './fixtures/scopes.ts';

/** From JavaScript, anything may come. */
function read(value: unknown, options?: { allowInsecureHttp: boolean }): string {
  return Reflect.apply(secureBaseUrl, undefined, ['apiUrl', value, options]);
}

test('base URLs', (t) => {
  for (const { given, read: expected } of acceptedBaseUrls) {
    t.equal(read(given), expected);
    t.equal(read(given, { allowInsecureHttp: true }), expected);
  }
  for (const given of refusedBaseUrls) {
    for (const allowInsecureHttp of [false, true]) {
      const refusal = { name: 'TypeError', message: /^next-auth-google-bearer: apiUrl: expected an https URL/ };
      t.throws(() => read(given, { allowInsecureHttp }), refusal, `${given}`);
    }
  }
  for (const given of plainHttpBaseUrls) {
    t.throws(
      () => read(given),
      { name: 'TypeError', message: /^next-auth-google-bearer: apiUrl: .*container.*`allowInsecureHttp: true`/ },
      given,
    );
    t.match(read(given, { allowInsecureHttp: true }), /^http:/);
  }
  t.end();
});

test('everything that takes a base URL knows the word for plain http', (t) => {
  const client = { clientId: 'id', clientSecret: 'secret', endpoints: 'http://google:4400' };
  const apiUrl = 'http://api:4000';
  for (const make of [
    (word: object) => googleBearerAuth({ ...client, apiUrl, ...word }),
    (word: object) => googleProvider({ ...client, ...word }),
    (word: object) => grantHandler({ ...client, ...word }),
    (word: object) => signInCallback({ apiUrl, ...word }),
    (word: object) => renderToStaticMarkup(createElement(GoogleSessionProvider, { apiUrl, session: null, ...word })),
  ]) {
    t.throws(() => make({}), { name: 'TypeError', message: /`allowInsecureHttp: true`/ });
    t.doesNotThrow(() => make({ allowInsecureHttp: true }));
  }
  t.end();
});

test('Retry-After', (t) => {
  for (const { value, ms } of retryAfters) t.equal(readRetryAfterMs(value, retryAfterNow), ms, `${value}`);
  t.end();
});

test('scopes', (t) => {
  for (const scope of acceptedScopes) t.equal(isScope(scope), true, scope);
  for (const scope of refusedScopes) t.equal(isScope(scope), false, `${scope}`);
  t.end();
});
