import { randomBytes } from 'node:crypto';
import { memoryRevocationLog, type RevocationEntry } from 'google-bearer';
import { fillableVerifier } from '../filled-verifier.ts';
import { mintTokens } from '../tokens.ts';
import type { Filled } from './cost.ts';

/** So many tokens are in memory where revocations grow, and in the verifier with which those with more tokens are compared. */
export const KNOWN_TOKENS = 5_000;

const HOUR_MS = 3_600_000;

/** A verifier that knows so many tokens, and of no revocation. */
export async function withTokens(count: number): Promise<Filled> {
  const tokens = mintTokens(count);
  const { verifier, fill } = await fillableVerifier({ maxEntries: count });
  await fill(tokens);
  if (verifier.stats().cache.entries !== count) throw new Error('not all tokens are in memory');
  return { count, verifier, tokens };
}

/** A verifier that knows 5 000 tokens and so many revocations, each of somebody else. */
export async function withRevocations(count: number, entry: (index: number) => RevocationEntry): Promise<Filled> {
  const revocationLog = memoryRevocationLog();
  const { verifier, fill } = await fillableVerifier({ revocationLog });
  const tokens = mintTokens(KNOWN_TOKENS);
  await fill(tokens);
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
