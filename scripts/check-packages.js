// Checks the packages as npm would deliver them: packs each, then publint and attw judge the tarball.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const bin = (name) => join(import.meta.dirname, '..', 'node_modules', '.bin', name);
const pnpm = process.env.npm_execpath;
if (pnpm === undefined) {
  console.error('Run this through pnpm: npx -y pnpm@12 check');
  process.exit(1);
}

let failed = false;
function run(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) {
    failed = true;
    console.error(`${args.join(' ')}\n${stdout}${stderr}`);
  }
}

for (const name of readdirSync('packages')) {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  run(process.execPath, [pnpm, 'pack', '--pack-destination', folder], join('packages', name));
  for (const tarball of readdirSync(folder)) {
    run(bin('publint'), ['run', join(folder, tarball), '--strict']);
    run(bin('attw'), [join(folder, tarball), '--profile', 'esm-only', '--no-color']);
    console.log(`checked ${tarball}`);
  }
  rmSync(folder, { recursive: true });
}
process.exitCode = failed ? 1 : 0;
