import { MOST_BEHIND_MS } from '../clock-difference.ts';
import { RetryLaterError } from '../errors/errors.ts';
import type { KnownToken } from '../memory/known-token.ts';
import { checkTokenForm, keyFromSha256, sha256FromKey, tokenKey } from '../token/key.ts';
import { noteOf, readRevocationEntry } from './entry.ts';
import { type GrantEndpoint, revokeGrantAtGoogle } from './google-grant.ts';
import type { IssuedBefore } from './issued-before.ts';
import type { RevocationEntry, RevocationLog, RevocationNote } from './log.ts';

/** The longest life of any token of Google's, a service account's. Memory may not know what kind of token is revoked. */
const LONGEST_LIFE_MS = 12 * 3_600_000;

/** What signing out takes: from when on tokens are good again, and what is to be noted. */
export interface SignOutOptions extends RevocationNote {
  /** Tokens issued before this are refused, in ms since the epoch. Default: now, by Google's clock. */
  readonly issuedBefore?: number;
}

/** What revoking has to know of the verifier that it belongs to. */
export interface Surroundings extends GrantEndpoint {
  readonly log: RevocationLog;
  readonly tokenLifetimeMs: number;
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

  async token(token: string, note: RevocationNote = {}): Promise<void> {
    const key = tokenKey(token);
    checkTokenForm(token);
    if (note.reason?.includes(token)) throw new TypeError('reason: holds the token');
    await this.#key(key, sha256FromKey(key), note);
  }

  async tokenSha256(tokenSha256: string, note: RevocationNote = {}): Promise<void> {
    const hex = String(tokenSha256).toLowerCase();
    await this.#key(keyFromSha256(hex), hex, note);
  }

  async #key(key: string, tokenSha256: string, note: RevocationNote): Promise<void> {
    const { known, signOutTime, tokenLifetimeMs } = this.#around;
    const endsAt = known(key)?.expiresAt ?? signOutTime() + Math.max(tokenLifetimeMs, LONGEST_LIFE_MS);
    await this.#append({ type: 'token', tokenSha256, expiresAt: endsAt + MOST_BEHIND_MS, ...noteOf(note) });
  }

  async subject(subject: string, options: SignOutOptions = {}): Promise<void> {
    assertNoAddress(subject);
    await this.#append({ type: 'subject', subject, ...this.#issuedBefore(options) });
  }

  async everyone(options: SignOutOptions = {}): Promise<void> {
    await this.#append({ type: 'everyone', ...this.#issuedBefore(options) });
  }

  #issuedBefore(options: SignOutOptions): IssuedBefore {
    const { issuedBefore = this.#around.signOutTime() } = options;
    const endsAt = issuedBefore + this.#around.tokenLifetimeMs;
    return { issuedBefore, expiresAt: endsAt + MOST_BEHIND_MS, ...noteOf(options) };
  }

  async block(subject: string, note: RevocationNote = {}): Promise<void> {
    assertNoAddress(subject);
    await this.#append({ type: 'block', subject, ...noteOf(note) });
  }

  async unblock(subject: string, note: RevocationNote = {}): Promise<void> {
    assertNoAddress(subject);
    await this.#append({ type: 'unblock', subject, ...noteOf(note) });
  }

  async grant(token: string, note: RevocationNote = {}): Promise<void> {
    const { known, lookUp, isOurs } = this.#around;
    const key = tokenKey(token);
    const before = known(key);
    // Here first: it is sure and takes effect at once, while Google may take a while or be down.
    await this.token(token, note);
    const facts = before ?? (await lookUp(key, token));
    // Another application's grant is no reason to sign its user out of ours.
    if (facts?.subject !== undefined && isOurs(facts.audience)) await this.subject(facts.subject, note);
    await revokeGrantAtGoogle(token, this.#around);
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

/** No `sub` of Google's has the sign. To store it would look as if somebody were shut out, or let in again, and nothing would have changed. */
function assertNoAddress(subject: string): void {
  if (String(subject).includes('@')) throw new TypeError('subject: a Google sub; an e-mail address names no user');
}
