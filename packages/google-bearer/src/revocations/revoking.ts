import { RetryLaterError } from '../errors/errors.ts';
import type { KnownToken } from '../memory/known-token.ts';
import { checkTokenForm, keyFromSha256, sha256FromKey, tokenKey } from '../token/key.ts';
import { readRevocationEntry } from './entry.ts';
import { revokeGrantAtGoogle } from './google-grant.ts';
import type { RevocationEntry, RevocationLog } from './log.ts';

/** What revoking has to know of the verifier that it belongs to. */
export interface Surroundings {
  readonly log: RevocationLog;
  readonly tokenLifetimeMs: number;
  readonly oauth2RevokeUrl: URL;
  readonly timeoutMs: number;
  /** Whether tokens of this client are ours. */
  readonly isOurs: (audience: string) => boolean;
  /** What memory knows of a token. */
  readonly known: (key: string) => KnownToken | undefined;
  /** What Google says about a token; undefined when it says no, or cannot be asked. */
  readonly lookUp: (key: string, token: string) => Promise<KnownToken | undefined>;
  /** A time later than the issue of every token that Google has issued by now. */
  readonly signOutTime: () => number;
}

/** Writes revocations to the log. What they do is said where they are public: {@link TokenVerifier}. */
export class Revoking {
  readonly #around: Surroundings;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  async token(token: string): Promise<void> {
    const key = tokenKey(token);
    checkTokenForm(token);
    await this.#key(key, sha256FromKey(key));
  }

  async tokenSha256(tokenSha256: string): Promise<void> {
    const hex = String(tokenSha256).toLowerCase();
    await this.#key(keyFromSha256(hex), hex);
  }

  async #key(key: string, tokenSha256: string): Promise<void> {
    const { known, signOutTime, tokenLifetimeMs } = this.#around;
    const expiresAt = known(key)?.facts.expiresAt ?? signOutTime() + tokenLifetimeMs;
    await this.#append({ type: 'token', tokenSha256, expiresAt });
  }

  async subject(subject: string, issuedBefore: number = this.#around.signOutTime()): Promise<void> {
    const expiresAt = issuedBefore + this.#around.tokenLifetimeMs;
    await this.#append({ type: 'subject', subject, issuedBefore, expiresAt });
  }

  async everyone(issuedBefore: number = this.#around.signOutTime()): Promise<void> {
    await this.#append({ type: 'everyone', issuedBefore, expiresAt: issuedBefore + this.#around.tokenLifetimeMs });
  }

  async block(subject: string): Promise<void> {
    await this.#append({ type: 'block', subject });
  }

  async unblock(subject: string): Promise<void> {
    await this.#append({ type: 'unblock', subject });
  }

  async grant(token: string): Promise<void> {
    const { known, lookUp, isOurs, oauth2RevokeUrl, timeoutMs } = this.#around;
    const key = tokenKey(token);
    const before = known(key);
    // Here first: it is sure and takes effect at once, while Google may take a while or be down.
    await this.token(token);
    const facts = (before ?? (await lookUp(key, token)))?.facts;
    // Another application's grant is no reason to sign its user out of ours.
    if (facts?.subject !== undefined && isOurs(facts.audience)) await this.subject(facts.subject);
    await revokeGrantAtGoogle(token, oauth2RevokeUrl, timeoutMs);
  }

  async #append(entry: RevocationEntry): Promise<void> {
    const checked = readRevocationEntry(entry);
    try {
      await this.#around.log.append(checked);
    } catch (cause) {
      throw new RetryLaterError('ERR_REVOCATION_NOT_STORED', { cause });
    }
  }
}
