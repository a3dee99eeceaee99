import { createHash } from 'node:crypto';

/** Proof Key for Code Exchange, RFC 7636. */
export interface CodeChallenge {
  readonly value: string;
  readonly method: 'S256' | 'plain';
}

/** RFC 7636, sections 4.1 and 4.2: both verifier and challenge are 43 to 128 unreserved characters. */
export function isWellFormed(verifierOrChallenge: string): boolean {
  return /^[A-Za-z0-9\-._~]{43,128}$/.test(verifierOrChallenge);
}

export function answersChallenge(verifier: string, challenge: CodeChallenge): boolean {
  if (!isWellFormed(verifier)) return false;
  const derived = challenge.method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url');
  return derived === challenge.value;
}
