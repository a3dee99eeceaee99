import './node-version.ts';

export { type ChallengeContext, formatChallenge } from './errors/challenge.ts';
export {
  type AudienceMismatch,
  type Challenge,
  type ChallengeError,
  type DelayCode,
  GoogleBearerError,
  type GoogleBearerErrorCode,
  type RefusalCode,
  RetryLaterError,
  TokenRefusedError,
} from './errors/errors.ts';
export type { ScopeRequirement } from './judging/judge.ts';
export type { SharedTokenCache, SharedTokenEntry, SharedTokenSlot, SharedTokenTurn } from './lookup/shared/contract.ts';
export type { TokenVerifierOptions } from './options.ts';
export type { Principal, ServicePrincipal } from './principal.ts';
export { readRevocationEntry, stampRevocationEntry } from './revocations/entry.ts';
export type {
  KeptNote,
  RevocationEntry,
  RevocationFollower,
  RevocationLog,
  RevocationNote,
} from './revocations/log.ts';
export { memoryRevocationLog } from './revocations/memory-log.ts';
export type { SignOutOptions } from './revocations/revoking.ts';
export type { VerifierStats } from './stats.ts';
export { type RevokedSubject, revokedSubjectSha256 } from './token/subject-key.ts';
export type { PrincipalSource, TokenRequirement, TokenVerifier, VerifyOptions } from './token-verifier.ts';
export { createTokenVerifier } from './verifier.ts';
