import { test } from 'tap';
import { readRepositoryFile, repositoryFiles } from './support/repository.ts';

const page = readRepositoryFile('docs/guides/troubleshooting.md');

/** What others say: Google, NextAuth, browsers, Node.js, TypeScript, npm. */
const FOREIGN = ["Google's own pages and errors", 'CORS and the browser', 'Node.js and TypeScript'];

/** Every source, without what only breaks a text into lines: `' +` at the end of one, and a quote at the beginning of the next. */
const sources = repositoryFiles()
  .filter((file) => /^(packages|apps)\/[\w-]+\/src\/.*\.tsx?$/.test(file))
  .map(readRepositoryFile)
  .join('\n')
  .replace(/['"`] \+\s*['"`]/g, '')
  .replaceAll("\\'", "'");

/** The messages in the headings of a section, each in the parts between `…`. */
function messagesIn(section: string): string[] {
  const [, text = ''] = page.split(`\n## ${section}\n`);
  const [own = ''] = text.split('\n## ');
  return [...own.matchAll(/^### (.*)$/gm)].flatMap(([, heading = '']) =>
    [...heading.matchAll(/`([^`]+)`/g)].flatMap(([, message = '']) =>
      message
        .split('…')
        .map((part) => part.trim())
        .filter((part) => part.length > 3),
    ),
  );
}

test('each message of ours is one that the sources say', (t) => {
  const sections = [...page.matchAll(/^## (.*)$/gm)]
    .map(([, name = '']) => name)
    .filter((name) => !FOREIGN.includes(name));
  t.ok(sections.length >= 7, sections.join(', '));
  for (const section of sections) {
    const messages = messagesIn(section);
    t.ok(messages.length > 0, section);
    // The name at the beginning is put there from a variable, as is a member of the session.
    const parts = messages.flatMap((message) => message.replace(/^session\./, '').split(/^([\w-]+:|useApiFetch) /));
    for (const part of parts.map((text) => text.replace(/:$/, '')).filter((text) => text !== '')) {
      t.ok(sources.includes(part), part);
    }
  }
  t.end();
});

test('every code of google-bearer is there, with its message', (t) => {
  const errors = readRepositoryFile('packages/google-bearer/src/errors/errors.ts');
  const table = [...errors.matchAll(/^ {2}(ERR_\w+): \{[^}]*message:\s*'([^']+)'/gm)];
  t.equal(table.length, 13);
  for (const [, code = '', message = ''] of table) t.ok(page.includes(`### \`${code}\`: \`${message}\`\n`), code);
  t.end();
});
