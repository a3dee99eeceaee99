/** Runs one suite, in a process that {@link startSuite} made for it: `run-suite.js NAME full|quick`. */
import type { Message } from './start-suite.ts';
import { suites } from './suites.ts';

const [name = '', size] = process.argv.slice(2);
const load = suites[name];
if (load === undefined) throw new RangeError(`there is no suite ${name}`);
const { suite } = await load();

tell({ kind: 'says', what: suite.title });
const outcome = await suite.run(size === 'quick' || size === '--quick' ? 'quick' : 'full', (what) =>
  tell({ kind: 'says', what }),
);
tell({ kind: 'outcome', outcome }, () => process.exit());

function tell(message: Message, then: () => void = () => {}): void {
  if (process.send) process.send(message, then);
  else process.stdout.write(`${JSON.stringify(message, null, 2)}\n`, then);
}
