import type { RevocationLog, SharedTokenCache } from 'google-bearer';

/** What the verifiers of several processes have in common. */
export interface Revocations {
  readonly log: RevocationLog;
  /** What Google said about tokens; undefined: each process asks for itself. */
  readonly sharedCache: SharedTokenCache | undefined;
  /** What whoever runs the API should know. */
  readonly warning?: string;
  /** After the verifier, which follows the log. */
  close(): Promise<void>;
}
