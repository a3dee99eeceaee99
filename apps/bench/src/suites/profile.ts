import type { Profiler } from 'node:inspector';
import { shuffle } from 'simple-statistics';
import { FEW, type Filled, subjectEntry, withRevocations, withTokens } from '../filled.ts';
import { partsOf } from '../profile/parts.ts';
import { record } from '../profile/record.ts';
import { type ProfileDetails, type Profiled, profileTable } from '../profile/table.ts';
import { seededRandom } from '../random.ts';
import { ratio } from '../statistics.ts';
import type { Suite } from '../suite.ts';

/** How many tokens are in use, or users are signed out, where it is many; how long a call is profiled in each round. */
const sizes = {
  full: { many: 1_000_000, rounds: 12, forMs: 400 },
  quick: { many: 10_000, rounds: 2, forMs: 100 },
};

/** What is profiled, and what has been recorded of it. */
interface Column extends Pick<Profiled, 'call' | 'among'> {
  readonly work: () => unknown;
  readonly profiles: Profiler.Profile[];
  readonly ms: number[];
}

/** What the time of a cached token is spent on, by V8's CPU profiler: with few tokens, and where cost has grown. */
export const suite: Suite = {
  title: 'What a cached token costs, part by part',
  async run(size, say) {
    const { many, rounds, forMs } = sizes[size];
    const columns = [...columnsOf(await withTokens(FEW))];
    say(`${many} tokens`);
    columns.push(...columnsOf(await withTokens(many), 'tokens'));
    say(`${many} signed-out users`);
    columns.push(...columnsOf(await withRevocations(many, subjectEntry), 'users'));

    // Not counted: the profile is to show the compiled code and not the compiling.
    for (const { work } of columns) await record(work, 2 * forMs);
    const random = seededRandom(1);
    for (let round = 1; round <= rounds; round++) {
      say(`round ${round} of ${rounds}`);
      for (const { work, profiles, ms } of shuffle(columns, random)) {
        const recorded = await record(work, forMs);
        profiles.push(recorded.profile);
        ms.push(recorded.ms);
      }
    }
    const details: ProfileDetails = {
      few: FEW,
      many,
      columns: columns.map((column) => profiled(column, columns)),
    };
    return { figures: {}, details, table: profileTable(details) };
  },
};

/** Calls with tokens drawn from all that the verifier knows. */
function columnsOf({ verifier, tokens }: Filled, among?: 'tokens' | 'users'): Column[] {
  const column = (call: Column['call'], work: () => unknown): Column => ({
    call,
    ...(among && { among }),
    work,
    profiles: [],
    ms: [],
  });
  return [
    column('peek', () => {
      for (const token of tokens.draw(FEW)) verifier.peek(token);
    }),
    column('verify', async () => {
      for (const token of tokens.draw(FEW)) await verifier.verify(token);
    }),
  ];
}

function profiled({ call, among, profiles, ms }: Column, columns: readonly Column[]): Profiled {
  const reference = columns.find((column) => column.call === call && column.among === undefined);
  return { call, ...(among && { among }), cost: ratio(ms, reference?.ms ?? []).value, parts: partsOf(profiles) };
}
