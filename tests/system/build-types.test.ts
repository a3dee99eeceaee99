import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test, test } from 'tap';
import { machineEnv } from '../../apps/stack/src/part-env.ts';
import { WEB, webBuildArgs } from '../../apps/stack/src/programs.ts';
import { WITH_BUILD_MS } from './support/time-limit.ts';

const ROOT = join(import.meta.dirname, '../..');

t.setTimeout(WITH_BUILD_MS);

test('the web client’s build checks types: with a wrong one there is none', async (t) => {
  const { code, output } = await build(t, "const words: number = 'a string';");
  t.equal(code, 1);
  t.match(output, "Type 'string' is not assignable to type 'number'.");
});

/**
 * Builds a small page with the settings of the web client. It is in `pages`, whose types Next.js checks in the same way as those of `app`,
 * but before it compiles anything, which would take ten times as long.
 */
async function build(t: Test, wrong: string): Promise<{ code: unknown; output: string }> {
  const folder = t.testdir({ src: { pages: { 'index.tsx': `${wrong} export default () => <p>{words}</p>;` } } });
  copyFileSync(join(WEB, 'tsconfig.json'), join(folder, 'tsconfig.json'));
  symlinkSync(join(WEB, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  // The folder alone is another one.
  const config = `import config from ${JSON.stringify(join(WEB, 'next.config.ts'))};
    export default { ...config, turbopack: { root: ${JSON.stringify(ROOT)} } };`;
  writeFileSync(join(folder, 'next.config.ts'), config);
  const env = { ...machineEnv(process.env), NODE_OPTIONS: undefined, NEXT_TELEMETRY_DISABLED: '1' };
  const child = spawn(process.execPath, webBuildArgs(), { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const [code] = await once(child, 'close');
  return { code, output };
}
