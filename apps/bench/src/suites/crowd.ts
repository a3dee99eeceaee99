import { memoryRevocationLog, type TokenVerifier } from 'google-bearer';
import { floor, peek, verify } from '../calls.ts';
import { fillableVerifier } from '../filled-verifier.ts';
import { subjectEntry, tokenEntry } from '../growth/filled.ts';
import { type Contestant, inRounds } from '../rounds.ts';
import { median, ratio } from '../statistics.ts';
import type { Size, Suite } from '../suite.ts';
import { type HeaderTokens, mintTokens } from '../tokens.ts';

const sizes: Readonly<Record<Size, { readonly crowd: number; readonly rounds: number; readonly warmUp: number }>> = {
  full: { crowd: 1_000_000, rounds: 200, warmUp: 40 },
  quick: { crowd: 10_000, rounds: 3, warmUp: 1 },
};

const FEW = 5_000;

export const suite: Suite = {
  title: 'A cached token among many tokens and revocations',
  async run(size, say) {
    const { crowd, rounds, warmUp } = sizes[size];
    const fewTokens = mintTokens(FEW);
    const few = await fillableVerifier();
    await few.fill(fewTokens);

    const manyTokens = mintTokens(crowd);
    const revocationLog = memoryRevocationLog();
    const many = await fillableVerifier({ maxEntries: crowd, revocationLog });
    await many.fill(manyTokens, (known) => {
      if (known % 102_400 === 0) say(`${known} tokens known`);
    });
    for (let index = 0; index < crowd; index++) await revocationLog.append(tokenEntry());
    const { cache, revocations } = many.verifier.stats();
    if (cache.entries !== crowd || revocations.tokens !== crowd) throw new Error('not all are in memory');
    say(`${rounds} rounds`);
    const someTokens = manyTokens.choose(FEW);
    const fewAndSome = {
      ...calls('few', few.verifier, fewTokens),
      ...calls('some of many', many.verifier, someTokens),
    };
    const times = await inRounds(
      {
        ...fewAndSome,
        ...calls('all of many', many.verifier, manyTokens),
        'floor, few': floor(fewTokens, FEW),
        'floor, all of many': floor(manyTokens, FEW),
      },
      { rounds, warmUp },
    );
    const against = (one: string, other: string) => ratio(times[one] ?? [], times[other] ?? []);

    // Then the same with rules about as many users, which are looked up on each call.
    for (let index = 0; index < crowd; index++) await revocationLog.append(subjectEntry(index));
    if (many.verifier.stats().revocations.subjects !== crowd) throw new Error('not all users are signed out');
    say(`${rounds} rounds with signed-out users`);
    const signedOut = await inRounds(fewAndSome, { rounds, warmUp });
    const amongSignedOut = (call: string) =>
      ratio(signedOut[`${call}, some of many`] ?? [], signedOut[`${call}, few`] ?? []);
    return {
      figures: {
        'crowd/peek': against('peek, some of many', 'peek, few'),
        'crowd/verify': against('verify, some of many', 'verify, few'),
        'crowd/peek, all in use': against('peek, all of many', 'peek, few'),
        'crowd/verify, all in use': against('verify, all of many', 'verify, few'),
        'crowd/peek, signed out': amongSignedOut('peek'),
        'crowd/verify, signed out': amongSignedOut('verify'),
      },
      details: {
        tokens: crowd,
        revokedTokens: crowd,
        signedOutUsers: crowd,
        // What the crowd costs one SHA-256 and one look-up in a Map.
        floor: against('floor, all of many', 'floor, few').value,
        ns: medians(times),
        nsWithSignedOutUsers: medians(signedOut),
      },
    };
  },
};

function calls(name: string, verifier: TokenVerifier, tokens: HeaderTokens): Record<string, Contestant> {
  return {
    [`peek, ${name}`]: peek(verifier, tokens, FEW),
    [`verify, ${name}`]: verify(verifier, tokens, FEW),
  };
}

function medians(times: Readonly<Record<string, readonly number[]>>): Record<string, number> {
  return Object.fromEntries(Object.entries(times).map(([name, took]) => [name, Math.round(median(took))]));
}
