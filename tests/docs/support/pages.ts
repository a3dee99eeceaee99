import { repositoryFiles } from './repository.ts';

/** The pages that people read: README and docs, as paths from the root of the repository. */
export function pages(): readonly string[] {
  return repositoryFiles().filter((file) => /^(README|(docs|packages|apps)\/.*)\.md$/.test(file));
}
