// Runs tap. What Node makes of sources is kept, so that the test files and the programs that they start find it made.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { temporaryFilesInMemory } from './memory-disk.js';
import { sharedProcesses } from './shared-processes.js';

const ROOT = join(import.meta.dirname, '..');
process.env.NODE_COMPILE_CACHE ??= join(ROOT, '.cache/node');
if (process.argv.slice(2).every((arg) => arg.startsWith('-'))) {
  process.argv.push(...sharedProcesses(ROOT));
  temporaryFilesInMemory();
}
await import(pathToFileURL(join(ROOT, 'node_modules/tap/dist/esm/run.mjs')).href);
