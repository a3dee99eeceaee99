import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { record, text } from './checks.ts';

/** Version of this package. */
export const VERSION: string = text(
  'version',
  record('package.json', JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'))).version,
);
