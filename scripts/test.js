// Runs tap. What Node makes of sources is kept, so that two hundred test files and the programs that they start find it made.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = join(import.meta.dirname, '..');
process.env.NODE_COMPILE_CACHE ??= join(ROOT, '.cache/node');
await import(pathToFileURL(join(ROOT, 'node_modules/tap/dist/esm/run.mjs')).href);
