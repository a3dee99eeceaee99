export { type ChallengeContext, formatChallenge } from './challenge.ts';
export {
  type Challenge,
  type ChallengeError,
  type DelayCode,
  GoogleBearerError,
  type GoogleBearerErrorCode,
  type RefusalCode,
  RetryLaterError,
  TokenRefusedError,
} from './errors.ts';
export type { TokenVerifierOptions } from './options.ts';
export { readRevocationEntry, revokedSubjectSha256 } from './revocations/entry.ts';
export { memoryRevocationLog } from './revocations/memory-log.ts';
export type * from './types.ts';
export { createTokenVerifier } from './verifier.ts';
