import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createTokenVerifier } from 'google-bearer';
import { test } from 'tap';
import { type GoogleBearerOptions, googleBearer } from '../src/index.ts';
import { makeApp, startGoogle } from './kit.ts';

test('service accounts are let in where the verifier allows them', async (t) => {
  const google = await startGoogle(t);
  const token = google.mintToken({ kind: 'service-account' });
  const info = await (await fetch(`${google.url}/tokeninfo?access_token=${token}`)).text();
  const audience: string = JSON.parse(info).aud;
  for (const allowServiceAccounts of [true, false]) {
    const verifier = createTokenVerifier({ audience, endpoints: google.url, allowServiceAccounts });
    t.teardown(() => verifier.close());
    const app = makeApp(t);
    await app.register(googleBearer, { verifier } as GoogleBearerOptions);
    app.get('/', (request) => ({ subject: request.principal?.subject ?? null }));
    const response = await app.inject({ url: '/', headers: { authorization: `Bearer ${token}` } });
    if (allowServiceAccounts) t.strictSame(response.json(), { subject: null });
    else t.equal(response.json().code, 'ERR_TOKEN_SUBJECT');
  }
});

// A program of its own: what it declares would change the types of all the other tests.
const program = `
import type { FastifyRequest } from 'fastify';
import { type GoogleBearerOptions, requirePrincipal } from 'fastify-google-bearer';

declare module 'fastify-google-bearer' {
  interface GoogleBearerTypes { serviceAccounts: true }
}

export const options: GoogleBearerOptions = { audience: '1234', allowServiceAccounts: true };
export function subject(request: FastifyRequest): string {
  // @ts-expect-error service accounts have none
  return requirePrincipal(request).subject;
}
`;

test('once declared, the types say that service accounts have no subject', async (t) => {
  const from = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
  const dir = t.testdir({
    'app.ts': program,
    'tsconfig.json': JSON.stringify({
      extends: from('../../../tsconfig.test.json'),
      compilerOptions: {
        typeRoots: [from('../node_modules/@types')],
        paths: {
          fastify: [from('../node_modules/fastify/fastify.d.ts')],
          'fastify-google-bearer': [from('../src/index.ts')],
        },
      },
      include: ['app.ts'],
    }),
  });
  // The file behind bin/tsc, whose missing extension the loader that tap gives to children cannot cope with.
  const tsc = from('../../../node_modules/typescript/lib/tsc.js');
  await t.resolves(promisify(execFile)(process.execPath, [tsc, '-p', dir]));
});
