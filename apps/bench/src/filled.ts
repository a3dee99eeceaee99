import { randomBytes } from 'node:crypto';
import { memoryRevocationLog, type RevocationEntry, type TokenVerifier } from 'google-bearer';
import { filledVerifier } from './filled-verifier.ts';
import { type HeaderTokens, mintTokens } from './tokens.ts';

/** So many tokens are in memory wherever it does not matter how many. */
export const FEW = 5_000;

const HOUR_MS = 3_600_000;

/** A verifier that has so many of something, and the tokens that it knows. */
export interface Filled {
  readonly count: number;
  readonly verifier: TokenVerifier;
  readonly tokens: HeaderTokens;
}

/** A verifier that knows so many tokens, and of no revocation. */
export async function withTokens(count: number): Promise<Filled> {
  const tokens = mintTokens(count);
  return { count, verifier: await filledVerifier(tokens), tokens };
}

/**
 * A verifier that knows of so many revocations, each of somebody else.
 *
 * @param tokens what it knows besides
 */
export async function withRevocations(
  count: number,
  entry: (index: number) => RevocationEntry,
  tokens: HeaderTokens = mintTokens(FEW),
): Promise<Filled> {
  const revocationLog = memoryRevocationLog();
  const verifier = await filledVerifier(tokens, { revocationLog });
  for (let index = 0; index < count; index++) await revocationLog.append(entry(index));
  const { revocations } = verifier.stats();
  if (revocations.tokens + revocations.subjects !== count) throw new Error('not all revocations are in force');
  return { count, verifier, tokens };
}

/** What `revokeToken` appends. */
export function tokenEntry(): RevocationEntry {
  return { type: 'token', tokenSha256: randomBytes(32).toString('hex'), expiresAt: Date.now() + HOUR_MS };
}

/** What `revokeSubject` appends, for a user who has none of the tokens. */
export function subjectEntry(index: number): RevocationEntry {
  const now = Date.now();
  const subject = String(200_000_000_000_000_000_000n + BigInt(index));
  return { type: 'subject', subject, issuedBefore: now, expiresAt: now + HOUR_MS };
}
