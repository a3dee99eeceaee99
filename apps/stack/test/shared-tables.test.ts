import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';

const PACKAGES = join(import.meta.dirname, '../../../packages');

/** Packages may not share code: each has its own copy of the table that it checks base URLs by. */
const BASE_URLS = [
  'google-bearer/test/fixtures/base-urls.ts',
  'fastify-google-bearer/test/base-urls.ts',
  'next-auth-google-bearer/test/fixtures/base-urls.ts',
];

test('what one package refuses as a base URL, no other accepts: they have the same table', (t) => {
  const [first, ...others] = BASE_URLS.map((path) => readFileSync(join(PACKAGES, path), 'utf8'));
  for (const table of others) t.equal(table, first);
  t.end();
});
