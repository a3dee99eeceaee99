import { bytesInUse } from '../bytes-in-use.ts';
import { filledVerifier } from '../filled-verifier.ts';
import type { Size, Suite } from '../suite.ts';
import { mintTokens } from '../tokens.ts';

const sizes: Readonly<Record<Size, number>> = { full: 1_000_000, quick: 50_000 };

export const suite: Suite = {
  title: 'Memory for cached tokens',
  async run(size, say) {
    const count = sizes[size];
    const tokens = mintTokens(count);
    // The first lookups load and compile what all need.
    await (await filledVerifier(mintTokens(1_000))).close();

    say(`learning ${count} tokens`);
    const before = await bytesInUse();
    const verifier = await filledVerifier(tokens);
    const bytes = (await bytesInUse()) - before;
    const exampleAddress = verifier.peek(tokens.token(count - 1))?.email ?? '';
    return {
      figures: { 'memory/token': { value: bytes / count } },
      details: { tokens: count, bytes, addressLength: exampleAddress.length },
    };
  },
};
