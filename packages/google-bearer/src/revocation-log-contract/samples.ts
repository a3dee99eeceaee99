import { hash } from 'node:crypto';
import type { RevocationEntry } from '../revocations/log.ts';

const HOUR_MS = 3_600_000;

export function token(text: string, expiresAt: number = Date.now() + HOUR_MS): RevocationEntry {
  return { type: 'token', tokenSha256: hash('sha256', text), expiresAt };
}

export function subject(sub: string, expiresAt: number = Date.now() + HOUR_MS): RevocationEntry {
  return { type: 'subject', subject: sub, issuedBefore: Date.now(), expiresAt };
}

function everyone(expiresAt: number = Date.now() + HOUR_MS): RevocationEntry {
  return { type: 'everyone', issuedBefore: Date.now(), expiresAt };
}

export function block(sub: string): RevocationEntry {
  return { type: 'block', subject: sub };
}

export function unblock(sub: string): RevocationEntry {
  return { type: 'unblock', subject: sub };
}

/** The same entry, by the hash of its subject. */
export function blockBySha256(sub: string): RevocationEntry {
  return { type: 'block', subjectSha256: hash('sha256', sub) };
}

export function unblockBySha256(sub: string): RevocationEntry {
  return { type: 'unblock', subjectSha256: hash('sha256', sub) };
}

/** One of each kind, and lives from a minute to thirty days. */
export function oneOfEach(): RevocationEntry[] {
  const now = Date.now();
  return [
    token('a'),
    subject('1'),
    everyone(),
    block('2'),
    token('short', now + 60_000),
    subject('3', now + 30 * 24 * HOUR_MS),
    token('long', now + 30 * 24 * HOUR_MS),
  ];
}
