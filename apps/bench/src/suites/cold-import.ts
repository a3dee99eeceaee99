import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median } from 'simple-statistics';
import { ratio } from '../statistics.ts';
import type { Suite } from '../suite.ts';

const run = promisify(execFile);
const timeImport = fileURLToPath(new URL('../time-import.js', import.meta.url));

export const suite: Suite = {
  title: 'Imports in a fresh process',
  async run(size, say) {
    const pairs = size === 'full' ? 25 : 3;
    say(`${pairs} processes each`);
    const ours: number[] = [];
    const jose: number[] = [];
    const undici: number[] = [];
    for (let pair = 0; pair < pairs; pair++) {
      // Whatever comes first may find the machine asleep: the two take turns.
      const oursFirst = pair % 2 === 0;
      if (oursFirst) ours.push(await importMs('google-bearer'));
      jose.push(await importMs('jose'));
      if (!oursFirst) ours.push(await importMs('google-bearer'));
      undici.push(await importMs('undici'));
    }
    return {
      figures: { 'import/jose': ratio(ours, jose) },
      details: {
        pairs,
        ms: { 'google-bearer': median(ours), jose: median(jose) },
        // google-bearer loads it when a verifier is made, while the application goes on starting.
        laterMs: { undici: median(undici) },
      },
    };
  },
};

/** In a process whose environment is empty, so that no NODE_COMPILE_CACHE or NODE_OPTIONS reaches it. */
async function importMs(name: string): Promise<number> {
  const { stdout } = await run(process.execPath, [timeImport, name], { env: {} });
  const ms = Number(stdout);
  if (!(ms > 0)) throw new Error(`importing ${name} took "${stdout}" ms`);
  return ms;
}
