import { test } from 'tap';
import { codeOf } from './support/markdown.ts';
import { readRepositoryFile, repositoryFiles } from './support/repository.ts';

/** Two or more words in capitals. Error codes look the same, also NextAuth's `[NAME]`; `$NAME` is a shell's own. */
const NAME = /(?<![\w$[-])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?!\w)/g;
const ERROR_CODE = /^(ERR|SQLITE|FST|UND_ERR)_/;

/** Read by Node itself. */
const OF_NODE = ['NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS', 'NODE_ENV'];

/** In a guide's example: of another provider beside Google. */
const OF_EXAMPLES = ['GITHUB_ID', 'GITHUB_SECRET'];

const files = repositoryFiles();
const pages = files.filter((file) => file.endsWith('.md'));
const code = files
  // The examples below are no code that reads a variable.
  .filter((file) => file !== 'tests/docs/variables.test.ts')
  .filter((file) => file === '.env.example' || file === '.ci/run' || /\.(ts|tsx|js|mjs|yaml)$/.test(file))
  .map(readRepositoryFile)
  .join('\n');
/** Names that the code reads, sets or quotes. */
const known = new Set([
  ...[...code.matchAll(/env\.([A-Z][A-Z0-9_]+)/g)].map(([, name]) => name),
  ...[...code.matchAll(/['"`]([A-Z][A-Z0-9_]+)['"`]/g)].map(([, name]) => name),
  ...[...code.matchAll(/(?:^|[\s#,{])([A-Z][A-Z0-9_]+)[=:]/g)].map(([, name]) => name),
  ...OF_NODE,
  ...OF_EXAMPLES,
]);

function unknownIn(page: string): string[] {
  const names = new Set(codeOf(page).match(NAME));
  return [...names].filter((name) => !ERROR_CODE.test(name) && !known.has(name));
}

test('the checker sees a variable that does not exist', (t) => {
  t.same(unknownIn('`GOOGLE_CLIENT_ID`, `GOOGLE_CLENT_ID` and `ERR_TOKEN_SCOPE`'), ['GOOGLE_CLENT_ID']);
  t.same(unknownIn('```sh\nexport DATABSE_URL=x\n```'), ['DATABSE_URL']);
  t.end();
});

test('every variable that a page names exists', (t) => {
  t.ok(pages.length >= 15, `${pages.length} pages`);
  for (const page of pages) t.same(unknownIn(readRepositoryFile(page)), [], page);
  t.end();
});

test('every variable of the API is in its README', (t) => {
  const source = readRepositoryFile('apps/api/src/env.ts');
  const names = new Set(
    [...source.matchAll(/read\.\w+\(\s*'([A-Z][A-Z_]+)'|'(AUTH_[A-Z_]+)'/g)].map(
      ([, name, other = '']) => name ?? other,
    ),
  );
  t.ok(names.size >= 18, `${names.size} variables`);
  const readme = readRepositoryFile('apps/api/README.md');
  for (const name of names) t.ok(readme.includes(`\`${name}\``), name);
  t.end();
});
