import { test } from 'tap';
import { readRepositoryFile, repositoryFiles } from './support/repository.ts';

/** What `changeset version` reads: the packages between two lines of dashes, then the text. A formatter can break it unnoticed. */
const CHANGESET = /^---\n(?:'[\w-]+': (?:patch|minor|major)\n)+---\n\n\S/;

test('each changeset names its packages in the form that the release command reads', (t) => {
  const packages = new Set(
    repositoryFiles()
      .filter((file) => /^packages\/[\w-]+\/package\.json$/.test(file))
      .map((file) => JSON.parse(readRepositoryFile(file)).name),
  );
  t.ok(packages.size >= 6);
  for (const file of repositoryFiles().filter((path) => /^\.changeset\/.*\.md$/.test(path))) {
    const text = readRepositoryFile(file);
    t.match(text, CHANGESET, file);
    for (const [, name] of text.matchAll(/^'([\w-]+)': /gm)) t.ok(packages.has(name), `${file}: ${name}`);
  }
  t.end();
});
