// Checks the packages as npm would deliver them: packs each, then publint and attw judge the tarball, and Node loads it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const bin = (name) => join(import.meta.dirname, '..', 'node_modules', '.bin', name);
let failed = false;
function run(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status === 0) return;
  failed = true;
  console.error(`${command} ${args.join(' ')}\n${stdout ?? ''}${stderr ?? ''}${error ?? ''}`);
}

for (const name of readdirSync('packages')) {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  // Every pnpm script finds the pnpm that runs it on its PATH.
  run('pnpm', ['pack', '--pack-destination', folder], join('packages', name));
  for (const tarball of readdirSync(folder)) {
    run(bin('publint'), ['run', join(folder, tarball), '--strict']);
    run(bin('attw'), [join(folder, tarball), '--profile', 'esm-only', '--no-color']);
    run('tar', ['-xzf', tarball], folder);
    console.log(`checked ${tarball}`);
  }
  symlinkSync(resolve('packages', name, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const entry = pathToFileURL(join(folder, 'package/dist/index.js'));
  run(process.execPath, ['--input-type=module', '-e', `await import('${entry}')`]);
  rmSync(folder, { recursive: true });
}
process.exitCode = failed ? 1 : 0;
