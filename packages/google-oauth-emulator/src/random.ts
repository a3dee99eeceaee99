import { createHash, randomBytes } from 'node:crypto';

export function randomText(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}

/** A 21-digit account number in the style of Google's `sub`: the same for the same seed, on every run. */
export function accountNumber(seed: string): string {
  const digest = createHash('sha256').update(seed).digest().readBigUInt64BE();
  return `1${digest.toString().padStart(20, '0')}`;
}
