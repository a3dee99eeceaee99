import { readEnvironment } from './env.ts';
import { interruption } from './interruption.ts';
import { Output } from './output.ts';
import { readSettings } from './settings.ts';
import { runStack } from './stack.ts';

/** First of all, so that Ctrl-C stops in order at any moment. */
const signal = interruption();

/** `--dev`: from the sources, with reload. */
const dev = process.argv.includes('--dev');

async function main(): Promise<void> {
  const reading = readSettings(readEnvironment());
  if ('settings' in reading) return runStack({ settings: reading.settings, dev, output: new Output(), signal });
  for (const problem of reading.problems) console.error(problem);
  process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
