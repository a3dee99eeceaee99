/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`tests/packages/public-surface.test.ts > TAP > exports, error codes, metrics and variables are as they were > error codes of the API 1`] = `
ERR_BODY_INVALID
ERR_BODY_TOO_LARGE
ERR_DATABASE_UNAVAILABLE
ERR_EMAIL_UNVERIFIED
ERR_EXPECTATION_UNKNOWN
ERR_GOOGLE_UNAVAILABLE
ERR_HEADERS_TOO_LARGE
ERR_HTTP_INVALID
ERR_HTTP_REQUEST_TIMEOUT
ERR_INTERNAL
ERR_NOT_ADMIN
ERR_NO_PREFLIGHT
ERR_REQUEST_REFUSED
ERR_REQUEST_TIMEOUT
ERR_ROUTE_NOT_FOUND
ERR_STOPPING
ERR_TOKEN_INVALID
ERR_TOKEN_REVOKED
ERR_TOKEN_SCOPE
ERR_URL_INVALID
ERR_USER_MISMATCH
ERR_USER_NOT_FOUND
`

exports[`tests/packages/public-surface.test.ts > TAP > exports, error codes, metrics and variables are as they were > error codes of the packages 1`] = `
ERR_REDIS_DATA_LOST
ERR_REDIS_TIMEOUT
ERR_REDIS_UNFIT
ERR_REPLY_TOO_LONG
ERR_REVOCATIONS_STALE
ERR_REVOCATION_NOT_STORED
ERR_TOKENINFO_UNAVAILABLE
ERR_TOKEN_AUDIENCE
ERR_TOKEN_EXPIRED
ERR_TOKEN_INVALID
ERR_TOKEN_IS_ID_TOKEN
ERR_TOKEN_MALFORMED
ERR_TOKEN_MISSING
ERR_TOKEN_REVOKED
ERR_TOKEN_SCOPE
ERR_TOKEN_SUBJECT
ERR_TOO_MANY_LOOKUPS
ERR_UNREADABLE_ENTRY
`

exports[`tests/packages/public-surface.test.ts > TAP > exports, error codes, metrics and variables are as they were > exports 1`] = `
fastify-google-bearer: default
fastify-google-bearer: googleBearer
fastify-google-bearer: googleSecurityScheme
fastify-google-bearer: requireAccessToken
fastify-google-bearer: requirePrincipal
fastify-google-bearer: reverify
fastify-google-bearer: type BudgetRedis
fastify-google-bearer: type GoogleBearerOptions
fastify-google-bearer: type GoogleBearerTypes
fastify-google-bearer: type LookupBudgetOptions
fastify-google-bearer: type OwnVerifierOptions
fastify-google-bearer: type RequestPrincipal
fastify-google-bearer: type RouteProtection
fastify-google-bearer: type SharedOptions
fastify-google-bearer: type SharedVerifierOptions
google-bearer-redis: RedisDataLostError
google-bearer-redis: RedisTimeoutError
google-bearer-redis: RedisUnfitError
google-bearer-redis: UnreadableEntryError
google-bearer-redis: redisRevocationLog
google-bearer-redis: redisTokenCache
google-bearer-redis: type RedisRevocationLog
google-bearer-redis: type RedisRevocationLogOptions
google-bearer-redis: type RedisTokenCache
google-bearer-redis: type RedisTokenCacheOptions
google-bearer-sqlite: sqliteRevocationLog
google-bearer-sqlite: type SqliteRevocationLog
google-bearer-sqlite: type SqliteRevocationLogOptions
google-bearer/revocation-log-contract: revocationLogContract
google-bearer/revocation-log-contract: type ContractCase
google-bearer/revocation-log-contract: type OpenLog
google-bearer/revocation-log-contract: type RevocationLogHandle
google-bearer/testing: fakeVerifier
google-bearer/testing: type FakePrincipal
google-bearer/testing: type FakeVerifierOptions
google-bearer: GoogleBearerError
google-bearer: RetryLaterError
google-bearer: TokenRefusedError
google-bearer: createTokenVerifier
google-bearer: formatChallenge
google-bearer: memoryRevocationLog
google-bearer: readRevocationEntry
google-bearer: revokedSubjectSha256
google-bearer: stampRevocationEntry
google-bearer: type AudienceMismatch
google-bearer: type Challenge
google-bearer: type ChallengeContext
google-bearer: type ChallengeError
google-bearer: type DelayCode
google-bearer: type GoogleBearerErrorCode
google-bearer: type KeptNote
google-bearer: type Principal
google-bearer: type PrincipalSource
google-bearer: type RefusalCode
google-bearer: type RevocationEntry
google-bearer: type RevocationFollower
google-bearer: type RevocationLog
google-bearer: type RevocationNote
google-bearer: type RevokedSubject
google-bearer: type ScopeRequirement
google-bearer: type ServicePrincipal
google-bearer: type SharedTokenCache
google-bearer: type SharedTokenEntry
google-bearer: type SharedTokenSlot
google-bearer: type SharedTokenTurn
google-bearer: type SignOutOptions
google-bearer: type TokenRequirement
google-bearer: type TokenVerifier
google-bearer: type TokenVerifierOptions
google-bearer: type VerifierStats
google-bearer: type VerifyOptions
google-oauth-emulator: requestLine
google-oauth-emulator: startGoogleEmulator
google-oauth-emulator: type Call
google-oauth-emulator: type CallLog
google-oauth-emulator: type CapacityFault
google-oauth-emulator: type Client
google-oauth-emulator: type ClientOptions
google-oauth-emulator: type Clock
google-oauth-emulator: type DesktopClientOptions
google-oauth-emulator: type Fault
google-oauth-emulator: type Faults
google-oauth-emulator: type GoogleEmulator
google-oauth-emulator: type GoogleEmulatorOptions
google-oauth-emulator: type HangFault
google-oauth-emulator: type HtmlFault
google-oauth-emulator: type LatencyFault
google-oauth-emulator: type MintTokenOptions
google-oauth-emulator: type RedirectFault
google-oauth-emulator: type ResetFault
google-oauth-emulator: type ServedRequest
google-oauth-emulator: type StatusFault
google-oauth-emulator: type TruncatedFault
google-oauth-emulator: type User
google-oauth-emulator: type UserOptions
google-oauth-emulator: type WebClientOptions
next-auth-google-bearer/react: ApiTimeoutError
next-auth-google-bearer/react: GoogleSessionProvider
next-auth-google-bearer/react: NotSignedInError
next-auth-google-bearer/react: SessionUnavailableError
next-auth-google-bearer/react: type ApiCall
next-auth-google-bearer/react: type ApiEventsOptions
next-auth-google-bearer/react: type ApiEventsState
next-auth-google-bearer/react: type ApiFetch
next-auth-google-bearer/react: type ApiFetchOptions
next-auth-google-bearer/react: type ApiInit
next-auth-google-bearer/react: type GoogleSessionProviderProps
next-auth-google-bearer/react: type ResumedCall
next-auth-google-bearer/react: type SessionError
next-auth-google-bearer/react: type StepUpOptions
next-auth-google-bearer/react: useApiEvents
next-auth-google-bearer/react: useApiFetch
next-auth-google-bearer/react: useStepUp
next-auth-google-bearer: googleBearerAuth
next-auth-google-bearer: googleProvider
next-auth-google-bearer: grantHandler
next-auth-google-bearer: jwtCallback
next-auth-google-bearer: sessionCallback
next-auth-google-bearer: signInCallback
next-auth-google-bearer: signOutEvent
next-auth-google-bearer: type ApiOptions
next-auth-google-bearer: type ClientOptions
next-auth-google-bearer: type GoogleBearerAuth
next-auth-google-bearer: type GoogleBearerAuthOptions
next-auth-google-bearer: type GrantHandler
next-auth-google-bearer: type GrantOptions
next-auth-google-bearer: type JwtCallback
next-auth-google-bearer: type ProviderOptions
next-auth-google-bearer: type RefreshOptions
next-auth-google-bearer: type SessionCallback
next-auth-google-bearer: type SessionError
next-auth-google-bearer: type SignInCallback
next-auth-google-bearer: type SignInOptions
next-auth-google-bearer: type SignOutEvent
`

exports[`tests/packages/public-surface.test.ts > TAP > exports, error codes, metrics and variables are as they were > metrics of the API 1`] = `
http_event_streams
http_request_duration_seconds
http_requests_total
`

exports[`tests/packages/public-surface.test.ts > TAP > exports, error codes, metrics and variables are as they were > variables of the API 1`] = `
ADMIN_SUBJECTS
AUTH_GOOGLE_ID
CORS_ORIGINS
DATABASE_URL
DATA_DIR
GOOGLE_CLIENT_ID
GOOGLE_EMULATOR_URL
HOST
LOG_LEVEL
LOOKUP_BUDGET
MAX_STALENESS_MS
PORT
PUBLIC_URL
REDIS_PREFIX
REDIS_URL
TOKENINFO_TIMEOUT_MS
TOKEN_CACHE_MAX_AGE_MS
TOKEN_LIFETIME_MS
TRUST_PROXY
`
