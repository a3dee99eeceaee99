// Which test files share a process. To start Node, tap and what they test takes longer than most of them.
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** More save little, and what goes wrong in one file is in the way of all that follow. */
const AT_MOST = 12;

/** It sets something for the whole process, or says why it wants one: `// A process of its own: …`. */
const ALONE = /^t\.(?!test\()|^\/\/ A process of its own: /m;

/** Packages whose tests wait for Redis, for deadlines or for a browser. Begun last, they would leave the cores idle at the end. */
const LONG = ['google-bearer', 'google-bearer-redis', 'google-oauth-emulator', 'next-auth-google-bearer'];

/**
 * Writes files that each run several test files of one package, one after the other, and returns what tap is to run: these, and the
 * test files that have a process of their own.
 */
export function sharedProcesses(root) {
  const [, include = ''] = /^include:\n((?: {2}- .*\n)+)/m.exec(readFileSync(join(root, '.taprc'), 'utf8')) ?? [];
  const patterns = include.split('\n').flatMap((line) => line.split('- ')[1] ?? []);
  const files = globSync(patterns, { cwd: root }).sort();
  const alone = files.filter((file) => ALONE.test(readFileSync(join(root, file), 'utf8')));
  const places = Object.groupBy(
    files.filter((file) => !alone.includes(file)),
    dirname,
  );
  const folder = 'tests/together';
  rmSync(join(root, folder), { recursive: true, force: true });
  mkdirSync(join(root, folder), { recursive: true });
  const together = Object.entries(places).flatMap(([place, all]) => {
    const groups = Math.ceil(all.length / AT_MOST);
    return Array.from({ length: groups }, (_, index) => {
      const some = all.slice((index * all.length) / groups, ((index + 1) * all.length) / groups);
      if (some.length === 1) return some[0];
      // tap runs files in the order of their names: those with a process of their own, long ones, short ones.
      const turn = LONG.includes(place.split('/')[1]) ? 1 : 2;
      const name = join(folder, `${turn}-${place.replaceAll('/', '-')}-${index + 1}.test.mjs`);
      writeFileSync(join(root, name), oneAfterTheOther(root, some));
      return name;
    });
  });
  return [...together, ...alone];
}

function oneAfterTheOther(root, files) {
  const all = files.map((file) => [file, pathToFileURL(join(root, file)).href]);
  return `import { once } from 'node:events';
import t from 'tap';

for (const [file, url] of ${JSON.stringify(all)}) {
  t.comment(file);
  const { count } = t;
  await import(url);
  if (!t.idle) await once(t, 'idle');
  if (t.count === count) throw new Error(file + ' holds no test');
}
`;
}
