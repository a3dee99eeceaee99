import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The repository. */
export const ROOT: string = join(import.meta.dirname, '../../..');

/** The files of the repository, with slashes, from its root: those that git keeps, and new ones that it does not ignore. */
export function repositoryFiles(): readonly string[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  const listed = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 24 });
  return listed.split('\0').filter((file) => file !== '');
}

export function readRepositoryFile(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}
