// Breaks the security core of google-bearer in hundreds of ways, one at a time, and lists what no test notices.
// `mutate` takes parts (`mutate judging index`) or files (`mutate src/revocations/entry.ts`); without any it takes all.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, matchesGlob } from 'node:path';
import { Stryker } from '@stryker-mutator/core';

const PACKAGE = join(import.meta.dirname, '../packages/google-bearer');

/**
 * Each part runs with the tests that are about it, in this order, and stops at the first that notices. So the quick ones come
 * first, and a test file is here only if it notices what those before it do not.
 */
const PARTS = {
  judging: { sources: 'src/judging/*.ts', tests: ['granted-scopes', 'judging'] },
  challenge: { sources: 'src/errors/challenge.ts', tests: ['challenge'] },
  entry: { sources: 'src/revocations/entry.ts', tests: ['revocation-entry', 'revocation-index'] },
  index: {
    sources: 'src/revocations/{issued-before,subject-rules,revocation-index}.ts',
    tests: ['subject-rules', 'revocation-index', 'subject-spelling', 'revocation', 'staleness', 'on-revoked'],
  },
  revoking: { sources: 'src/revocations/revoking.ts', tests: ['revocation', 'grant'] },
  grant: { sources: 'src/revocations/google-grant.ts', tests: ['dispatcher', 'grant'] },
  logs: { sources: 'src/revocations/{memory-log,process-log}.ts', tests: ['memory-log', 'two-copies'] },
  portions: {
    sources: 'src/revocations/watching/{groups,portions}.ts',
    tests: ['groups', 'portions', 'on-revoked'],
  },
  watchers: {
    sources: 'src/revocations/watching/watchers.ts',
    tests: ['watchers-in-time', 'on-revoked', 'on-revoked-in-time'],
  },
  memory: {
    sources: 'src/memory/*.ts',
    tests: ['bad-tokens', 'known-tokens', 'caching', 'subject-spelling', 'judging', 'on-revoked'],
  },
};

/** What to break, by part. */
function chosen(words) {
  if (words.length === 0) return Object.entries(PARTS).map(([part, { sources }]) => [part, sources]);
  return words.map((word) => {
    if (Object.hasOwn(PARTS, word)) return [word, PARTS[word].sources];
    const file = word.replace(/:.*/, '');
    const part = Object.keys(PARTS).find((part) => matchesGlob(file, PARTS[part].sources));
    if (part === undefined) {
      console.error(`${word}: give ${Object.keys(PARTS).join(', ')}, or a source file of one of them`);
      process.exit(1);
    }
    return [part, word];
  });
}

const plan = chosen(process.argv.slice(2));
process.chdir(PACKAGE);
// A mutant costs a process for each test file, and half of its time is compiling the same text again.
const compiled = mkdtempSync(join(tmpdir(), 'mutate-'));
process.env.NODE_COMPILE_CACHE = compiled;
// Seconds, as in .taprc: a busy machine must not look like a test that noticed.
process.env.TAP_TIMEOUT = '120';
try {
  for (const [part, mutate] of plan) {
    console.log(`\n# ${mutate}`);
    await new Stryker({
      mutate: [mutate],
      tap: { testFiles: PARTS[part].tests.map((name) => `test/${name}.test.ts`) },
      jsonReporter: { fileName: `.cache/mutation/${mutate.replaceAll(/[^\w-]+/g, '-')}.json` },
    }).runMutationTest();
  }
} finally {
  rmSync(compiled, { recursive: true, force: true });
}
