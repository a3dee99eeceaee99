import { membersOf } from './members.ts';

/** A revocation in force, as `GET /admin/revocations` lists it. Times in ms since the epoch. */
export interface Revocation {
  readonly type: 'token' | 'subject' | 'everyone' | 'block';
  readonly tokenSha256: string | undefined;
  readonly subject: string | undefined;
  /** Instead of the subject, from a log that keeps no names. */
  readonly subjectSha256: string | undefined;
  readonly at: number | undefined;
  readonly issuedBefore: number | undefined;
  readonly expiresAt: number | undefined;
  readonly by: string | undefined;
  readonly reason: string | undefined;
}

/** What one instance knows. */
export interface RevocationView {
  readonly revocations: readonly Revocation[];
  /** Whether there are more. */
  readonly truncated: boolean;
  readonly instance: string;
  readonly viewAgeMs: number;
}

/** @returns undefined when the answer is not such a list */
export function readRevocationView(body: unknown): RevocationView | undefined {
  const members = membersOf(body);
  const [list, truncated, instance, viewAgeMs] = ['revocations', 'truncated', 'instance', 'viewAgeMs'].map((name) =>
    members.get(name),
  );
  if (!Array.isArray(list) || typeof instance !== 'string' || typeof viewAgeMs !== 'number') return undefined;
  const revocations = list.map(readRevocation).filter((revocation) => revocation !== undefined);
  if (revocations.length !== list.length) return undefined;
  return { revocations, truncated: truncated === true, instance, viewAgeMs };
}

function readRevocation(value: unknown): Revocation | undefined {
  const members = membersOf(value);
  const text = (name: string): string | undefined => {
    const member = members.get(name);
    return typeof member === 'string' ? member : undefined;
  };
  const time = (name: string): number | undefined => {
    const member = members.get(name);
    return typeof member === 'number' ? member : undefined;
  };
  const type = text('type');
  if (type !== 'token' && type !== 'subject' && type !== 'everyone' && type !== 'block') return undefined;
  const [tokenSha256, subject, subjectSha256] = [text('tokenSha256'), text('subject'), text('subjectSha256')];
  const [at, issuedBefore, expiresAt] = [time('at'), time('issuedBefore'), time('expiresAt')];
  return {
    type,
    tokenSha256,
    subject,
    subjectSha256,
    at,
    issuedBefore,
    expiresAt,
    by: text('by'),
    reason: text('reason'),
  };
}
