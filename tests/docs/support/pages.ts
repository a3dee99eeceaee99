import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './repository.ts';

/** The pages that people read: README and docs, as paths below {@link ROOT}. */
export function pages(): string[] {
  const below = ['docs', 'packages', 'apps'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
  );
  return ['README.md', ...below.filter((path) => path.endsWith('.md') && !/node_modules|\.next/.test(path))];
}
