import { fillableVerifier } from '../filled-verifier.ts';
import { partsOf } from '../profile/parts.ts';
import { recordProfile } from '../profile/record.ts';
import { type ProfileDetails, profileTable } from '../profile/table.ts';
import type { Suite } from '../suite.ts';
import { mintTokens } from '../tokens.ts';

const TOKENS = 5_000;

/** Runs before the profile is taken, so that it shows the compiled code and not the compiling. */
const WARM_UP_RUNS = 100;

/** What the time of a cached token is spent on, by V8's CPU profiler. */
export const suite: Suite = {
  title: 'What a cached token costs, part by part',
  async run(size, say) {
    const forMs = size === 'quick' ? 500 : 5_000;
    const tokens = mintTokens(TOKENS);
    const { verifier, fill } = await fillableVerifier();
    await fill(tokens);
    const profile = async (work: () => unknown) => {
      for (let run = 0; run < WARM_UP_RUNS; run++) await work();
      return partsOf(await recordProfile(work, forMs));
    };
    say('peek');
    const peek = await profile(() => {
      for (const token of tokens.draw(TOKENS)) verifier.peek(token);
    });
    say('verify');
    const verify = await profile(async () => {
      for (const token of tokens.draw(TOKENS)) await verifier.verify(token);
    });
    await verifier.close();
    const details: ProfileDetails = { tokens: TOKENS, peek, verify };
    return { figures: {}, details, blocks: { profile: profileTable(details) } };
  },
};
