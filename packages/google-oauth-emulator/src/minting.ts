import { list, nothingElse, oneOf, optional, record, text, wholeNumber } from './checks.ts';
import { isEmail } from './people.ts';
import { accountNumber } from './random.ts';
import { expandScopes } from './scopes.ts';
import type { State } from './state.ts';
import type { AccessToken, Lineage } from './tokens.ts';

const KINDS = ['user', 'service-account', 'delegation'] as const;
const ACCESS_TYPES = ['online', 'offline'] as const;
const SERVICE_ACCOUNT = 'robot@emulator-project.iam.gserviceaccount.com';

/** The longest lifetime, in seconds, that the emulator accepts: one day. Google's own maximum is 12 hours. */
export const LONGEST_LIFETIME_S = 86_400;

/** What kind of access token to mint; everything is optional. */
export interface MintTokenOptions {
  /**
   * - `user` (default): a person's token.
   * - `service-account`: no `sub`; `aud` = `azp` = the account's number; `email` is the service account.
   * - `delegation` (domain-wide delegation): the same, but `email` is the impersonated person.
   */
  readonly kind?: 'user' | 'service-account' | 'delegation';
  /**
   * `sub` or e-mail of a known user. Default: the first user. With `kind: 'service-account'`, the e-mail of the
   * service account, default `robot@emulator-project.iam.gserviceaccount.com`.
   */
  readonly user?: string;
  /** Client id for `aud`: who the token is meant for. Default: the first client. Not for service accounts. */
  readonly client?: string;
  /** Client id for `azp`: the client that asked for the token, if it is another one of the project. Default: `client`. */
  readonly authorizedParty?: string;
  /** Default: `openid`, `email`, `profile`. The short names are expanded as Google does. */
  readonly scopes?: readonly string[];
  /** Seconds, 1 to 86400. Default: the emulator's `tokenLifetimeS`. */
  readonly lifetimeS?: number;
  /** Default: `online`. */
  readonly accessType?: 'online' | 'offline';
}

/**
 * Makes an access token without a browser. It is accepted and revoked like any other, but it does not count as consent.
 *
 * @throws TypeError that names the option when a user or client is unknown or a value does not fit
 */
export function mintToken(state: State, options: unknown): AccessToken {
  const { kind, user, client, authorizedParty, scopes, lifetimeS, accessType, ...rest } = record('mintToken', options);
  nothingElse('mintToken', rest);
  const chosenKind = optional('mintToken: kind', kind, (name, value) => oneOf(name, value, KINDS)) ?? 'user';
  const named = optional('mintToken: user', user, text);
  const audience = readClientId(state, 'client', client);
  const party = readClientId(state, 'authorizedParty', authorizedParty);
  if (chosenKind !== 'user' && (audience ?? party) !== undefined) {
    throw new TypeError('mintToken: a service account has no client');
  }
  const scopeList = optional('mintToken: scopes', scopes, list) ?? ['openid', 'email', 'profile'];
  return state.tokens.issueAccess(
    {
      ...partiesOf(state, chosenKind, named, audience, party),
      scopes: expandScopes(scopeList.map((scope, index) => readScope(`mintToken: scopes[${index}]`, scope))),
      accessType: optional('mintToken: accessType', accessType, (n, v) => oneOf(n, v, ACCESS_TYPES)) ?? 'online',
    },
    optional('mintToken: lifetimeS', lifetimeS, (n, v) => wholeNumber(n, v, 1, LONGEST_LIFETIME_S)) ??
      state.tokenLifetimeS,
  );
}

type Parties = Pick<AccessToken, 'holder' | 'audience' | 'authorizedParty' | 'lineage'>;

function partiesOf(
  state: State,
  kind: (typeof KINDS)[number],
  named: string | undefined,
  client: string | undefined,
  party: string | undefined,
): Parties {
  if (kind === 'service-account') return serviceAccountParties(state, named ?? SERVICE_ACCOUNT);
  const user = named === undefined ? state.people.first : state.people.find(named);
  if (user === undefined) throw new TypeError('mintToken: user is not a known user');
  if (kind === 'delegation') return serviceAccountParties(state, SERVICE_ACCOUNT, user.email);
  const audience = client ?? state.clients.first.id;
  const project = state.clients.find(audience)?.project ?? audience;
  return {
    holder: { kind: 'user', user },
    audience,
    authorizedParty: party ?? audience,
    lineage: newLineage(state, project, user.sub),
  };
}

function serviceAccountParties(state: State, account: string, email: string = account): Parties {
  if (!isEmail(account)) throw new TypeError('mintToken: user must be the e-mail of a service account');
  const number = accountNumber(account);
  return {
    holder: { kind: 'service-account', email },
    audience: number,
    authorizedParty: number,
    lineage: newLineage(state, number, email),
  };
}

function newLineage(state: State, project: string, sub: string): Lineage {
  return { grant: state.grants.of(project, sub), ended: false };
}

function readClientId(state: State, option: string, value: unknown): string | undefined {
  const id = optional(`mintToken: ${option}`, value, text);
  if (id !== undefined && state.clients.find(id) === undefined) {
    throw new TypeError(`mintToken: ${option} is not a known client`);
  }
  return id;
}

function readScope(name: string, value: unknown): string {
  const scope = text(name, value);
  if (/\s/.test(scope)) throw new TypeError(`${name} must be one scope, without spaces`);
  return scope;
}
