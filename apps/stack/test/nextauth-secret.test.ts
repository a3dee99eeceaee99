import { execFile } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { test } from 'tap';
import { keptNextAuthSecret } from '../src/nextauth-secret.ts';

const noModes = process.platform === 'win32' ? 'Windows has no modes' : false;
const mode = (file: string): string => (statSync(file).mode & 0o777).toString(8);

test('made once, kept, and used again', async (t) => {
  const folder = join(t.testdir(), 'deeper/data');
  const secret = await keptNextAuthSecret(folder);
  t.match(secret, /^[\w-]{43}$/, '32 bytes, base64url');
  t.equal(await keptNextAuthSecret(folder), secret);
  t.same(readdirSync(folder), ['nextauth-secret'], 'nothing else is left');
  t.not(await keptNextAuthSecret(join(t.testdirName, 'another')), secret);
});

test('for this user alone', { skip: noModes }, async (t) => {
  const folder = join(t.testdir(), 'data');
  const file = join(folder, 'nextauth-secret');
  await keptNextAuthSecret(folder);
  t.equal(mode(file), '600');
  t.equal(mode(folder), '700');
  chmodSync(file, 0o644);
  await keptNextAuthSecret(folder);
  t.equal(mode(file), '600', 'also when it was put there by hand');
});

test('all who start at once get the same', async (t) => {
  const folder = join(t.testdir(), 'data');
  const secrets = await Promise.all(Array.from({ length: 50 }, () => keptNextAuthSecret(folder)));
  const program = join(import.meta.dirname, '../src/nextauth-secret.ts');
  const code = `import(${JSON.stringify(program)}).then(async (m) => console.log(await m.keptNextAuthSecret(process.argv[1])))`;
  const others = join(t.testdirName, 'others');
  const children = await Promise.all(
    [1, 2, 3, 4].map(() => promisify(execFile)(process.execPath, ['-e', code, others], { encoding: 'utf8' })),
  );
  t.equal(new Set(secrets).size, 1);
  t.equal(new Set(children.map(({ stdout }) => stdout.trim())).size, 1);
  t.equal(children[0]?.stdout, readFileSync(join(others, 'nextauth-secret'), 'utf8'));
});

test('an empty file is no secret', async (t) => {
  const folder = t.testdir({ 'nextauth-secret': '\n' });
  await t.rejects(keptNextAuthSecret(folder), /nextauth-secret is empty; delete it/);
  writeFileSync(join(folder, 'nextauth-secret'), 'mine\n');
  t.equal(await keptNextAuthSecret(folder), 'mine');
});
