/** The RFC 6750 §3.1 error codes that a challenge may carry. */
export type ChallengeError = 'invalid_request' | 'invalid_token' | 'insufficient_scope';

/** What a `WWW-Authenticate: Bearer` header says (RFC 6750 §3). Without `error` it only asks for a token. */
export interface Challenge {
  readonly error?: ChallengeError;
  readonly errorDescription?: string;
  /** The scopes that the request needs, separated by spaces. */
  readonly scope?: string;
}

interface Refusal {
  readonly statusCode: 400 | 401 | 403;
  readonly error?: ChallengeError;
  readonly message: string;
}

/** Codes that say the token was judged and refused. */
export type RefusalCode =
  | 'ERR_TOKEN_MISSING'
  | 'ERR_TOKEN_MALFORMED'
  | 'ERR_TOKEN_IS_ID_TOKEN'
  | 'ERR_TOKEN_INVALID'
  | 'ERR_TOKEN_EXPIRED'
  | 'ERR_TOKEN_REVOKED'
  | 'ERR_TOKEN_AUDIENCE'
  | 'ERR_TOKEN_SUBJECT'
  | 'ERR_TOKEN_SCOPE';

/** Codes that say nothing about the token: try again later. */
export type DelayCode =
  | 'ERR_TOO_MANY_LOOKUPS'
  | 'ERR_TOKENINFO_UNAVAILABLE'
  | 'ERR_REVOCATIONS_STALE'
  | 'ERR_REVOCATION_NOT_STORED';

/** Every `code` that an error of this package can have. */
export type GoogleBearerErrorCode = RefusalCode | DelayCode;

/** One line for each code. The texts use only the characters that RFC 6750 §3 allows in `error_description`. */
const refusals: Readonly<Record<RefusalCode, Refusal>> = {
  ERR_TOKEN_MISSING: { statusCode: 401, message: 'Send a Google access token as Authorization: Bearer' },
  ERR_TOKEN_MALFORMED: {
    statusCode: 400,
    error: 'invalid_request',
    message: 'The request must carry exactly one well-formed bearer token, in the Authorization header',
  },
  ERR_TOKEN_IS_ID_TOKEN: {
    statusCode: 401,
    error: 'invalid_token',
    message: 'This is a JWT such as an ID token; send the access token instead',
  },
  ERR_TOKEN_INVALID: { statusCode: 401, error: 'invalid_token', message: 'Google does not accept this access token' },
  ERR_TOKEN_EXPIRED: { statusCode: 401, error: 'invalid_token', message: 'The access token has expired' },
  ERR_TOKEN_REVOKED: { statusCode: 401, error: 'invalid_token', message: 'The access token has been revoked' },
  ERR_TOKEN_AUDIENCE: {
    statusCode: 401,
    error: 'invalid_token',
    message: 'The access token was issued to another application',
  },
  ERR_TOKEN_SUBJECT: {
    statusCode: 401,
    error: 'invalid_token',
    message: 'The access token names no user; ask for the openid or email scope',
  },
  ERR_TOKEN_SCOPE: {
    statusCode: 403,
    error: 'insufficient_scope',
    message: 'The access token lacks a scope that this request needs',
  },
};

/** One line for each code. The request may be good, but this cannot be decided now. */
const delays: Readonly<Record<DelayCode, { readonly statusCode: 429 | 503; readonly message: string }>> = {
  ERR_TOO_MANY_LOOKUPS: { statusCode: 429, message: 'Too many unknown access tokens from this client' },
  ERR_TOKENINFO_UNAVAILABLE: { statusCode: 503, message: 'Google cannot be asked about the access token now' },
  ERR_REVOCATIONS_STALE: { statusCode: 503, message: 'The list of revoked tokens cannot be confirmed now' },
  ERR_REVOCATION_NOT_STORED: { statusCode: 503, message: 'The revocation could not be stored; send it again' },
};

/** What makes an object one of these errors, whichever copy of this package made it; its value is the name of the class. */
const BRAND = Symbol.for('google-bearer.error');

/**
 * The base class of all errors that a request can meet. Messages, causes and data never hold a token, an e-mail address
 * or a subject, so an error may be logged and answered as it is.
 *
 * Wrong options are plain `TypeError`s instead: the developer has to correct them, not the caller.
 *
 * `instanceof` uses a brand (`Symbol.for`), here and for the classes below. If one tree has two copies of this package, each
 * recognizes the errors of the other. Otherwise a 401 would become a 500.
 */
export abstract class GoogleBearerError extends Error {
  /** Stable, for programs. */
  abstract readonly code: GoogleBearerErrorCode;
  /** The HTTP status to answer with. */
  abstract readonly statusCode: 400 | 401 | 403 | 429 | 503;

  protected constructor(brand: 'TokenRefusedError' | 'RetryLaterError', message: string, options?: ErrorOptions) {
    super(message, options);
    Object.defineProperty(this, BRAND, { value: brand });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    const brand = typeof value === 'object' && value !== null ? Reflect.get(value, BRAND) : undefined;
    switch (this.prototype) {
      case GoogleBearerError.prototype:
        return brand !== undefined;
      case TokenRefusedError.prototype:
        return brand === 'TokenRefusedError';
      case RetryLaterError.prototype:
        return brand === 'RetryLaterError';
      default:
        // Classes that others derive from these have no brand of their own.
        return super[Symbol.hasInstance](value);
    }
  }
}

/** Which application a token was issued to, and which are accepted. Client ids are no secret: each sign-in's URL has one. */
export interface AudienceMismatch {
  /** Google's name of the claim that differs: the audience, or the authorized party. */
  readonly claim: 'aud' | 'azp';
  readonly expected: readonly string[];
  readonly actual: string;
}

/** The token is no good for this request: 400, 401 or 403 with an RFC 6750 challenge. Asking again will not help. */
export class TokenRefusedError extends GoogleBearerError {
  override readonly name = 'TokenRefusedError';
  readonly code: RefusalCode;
  readonly statusCode: 400 | 401 | 403;
  /** For the `WWW-Authenticate` header; see {@link formatChallenge}. */
  readonly challenge: Challenge;
  /** For the log, only with `ERR_TOKEN_AUDIENCE`. Most often page and API have different client ids. */
  declare readonly audience?: AudienceMismatch;

  /**
   * @param code why the token is refused
   * @param scopes for `ERR_TOKEN_SCOPE`: what the request needs
   * @param audience for `ERR_TOKEN_AUDIENCE`: what differs
   */
  constructor(code: RefusalCode, scopes: readonly string[] = [], audience?: AudienceMismatch) {
    const refusal = refusals[code];
    super('TokenRefusedError', refusal.message);
    this.code = code;
    if (audience !== undefined) this.audience = audience;
    this.statusCode = refusal.statusCode;
    this.challenge = Object.freeze({
      ...(refusal.error && { error: refusal.error, errorDescription: refusal.message }),
      ...(scopes.length > 0 && { scope: scopes.join(' ') }),
    });
  }
}

/**
 * Nothing is known against the token, but it cannot be accepted now: 429 or 503 with `Retry-After`. Never sign anybody
 * out because of this.
 */
export class RetryLaterError extends GoogleBearerError {
  override readonly name = 'RetryLaterError';
  readonly code: DelayCode;
  readonly statusCode: 429 | 503;
  /** For the `Retry-After` header (RFC 9110 §10.2.3), in whole seconds, at least 1. */
  readonly retryAfterS: number;

  /**
   * @param code what cannot be done now
   * @param options `retryAfterMs`: when to try again (default 1 000); `cause`: what failed underneath
   */
  constructor(code: DelayCode, options: { readonly retryAfterMs?: number; readonly cause?: unknown } = {}) {
    const { cause } = options;
    super('RetryLaterError', delays[code].message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.statusCode = delays[code].statusCode;
    this.retryAfterS = Math.max(1, Math.ceil((options.retryAfterMs ?? 1000) / 1000));
  }
}
