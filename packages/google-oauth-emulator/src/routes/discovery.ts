import { json } from '../http/answer.ts';
import type { Route } from '../http/route.ts';
import { publicJwk, publicPem } from '../keys.ts';

/** Google lets keys be kept for hours. Here another process has others, so a long-lived cache would be a trap. */
const KEY_HEADERS = { 'cache-control': 'public, max-age=60, must-revalidate' };

/** What clients read once: the discovery document and the public keys in both formats. */
export const discoveryRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/.well-known/openid-configuration',
    handle: (_request, { url }) => json(200, discoveryDocument(url), KEY_HEADERS),
  },
  {
    method: 'GET',
    path: '/oauth2/v3/certs',
    openToBrowsers: true,
    handle: async (_request, { keys }) => json(200, { keys: (await keys.all()).map(publicJwk) }, KEY_HEADERS),
  },
  {
    method: 'GET',
    path: '/oauth2/v1/certs',
    openToBrowsers: true,
    handle: async (_request, { keys }) => {
      const all = await keys.all();
      return json(200, Object.fromEntries(all.map((key) => [key.kid, publicPem(key)])), KEY_HEADERS);
    },
  },
];

/** Google's document word for word, apart from the hosts. What it names is not all there: no device flow, no RISC. */
function discoveryDocument(url: string): Record<string, unknown> {
  return {
    issuer: url,
    authorization_endpoint: `${url}/o/oauth2/v2/auth`,
    device_authorization_endpoint: `${url}/device/code`,
    token_endpoint: `${url}/token`,
    userinfo_endpoint: `${url}/v1/userinfo`,
    revocation_endpoint: `${url}/revoke`,
    jwks_uri: `${url}/oauth2/v3/certs`,
    response_types_supported: [
      'code',
      'token',
      'id_token',
      'code token',
      'code id_token',
      'token id_token',
      'code token id_token',
      'none',
    ],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid', 'email', 'profile'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    claims_supported: [
      'aud',
      'email',
      'email_verified',
      'exp',
      'family_name',
      'given_name',
      'iat',
      'iss',
      'name',
      'picture',
      'sub',
    ],
    code_challenge_methods_supported: ['plain', 'S256'],
    grant_types_supported: [
      'authorization_code',
      'refresh_token',
      'urn:ietf:params:oauth:grant-type:device_code',
      'urn:ietf:params:oauth:grant-type:jwt-bearer',
    ],
  };
}
