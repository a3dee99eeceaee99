import { LRUCache } from 'lru-cache';

/** The scopes that Google renames: it answers with the long form of what was asked in the short one. */
const LONG_FORM = new Map([
  ['email', 'https://www.googleapis.com/auth/userinfo.email'],
  ['profile', 'https://www.googleapis.com/auth/userinfo.profile'],
]);

/**
 * The scopes of a token, in Google's words. `has` takes short and long names for equal.
 *
 * Cannot be changed: the set serves every request with the token, so that one handler's `add` would be another's grant.
 */
export class GrantedScopes extends Set<string> {
  /** The same and their short names: one look-up answers for both. */
  readonly #names = new Set<string>();

  /** @param scope RFC 6749 §3.3: names separated by spaces */
  constructor(scope: string) {
    super();
    for (const name of scope.split(' ')) if (name !== '') super.add(LONG_FORM.get(name) ?? name);
    for (const name of this) this.#names.add(name);
    for (const [short, long] of LONG_FORM) if (super.has(long)) this.#names.add(short);
    Object.freeze(this);
  }

  override has(name: string): boolean {
    return this.#names.has(name);
  }

  override add(_name: string): this {
    throw new TypeError('the scopes of a principal cannot be changed');
  }

  override delete(_name: string): boolean {
    throw new TypeError('the scopes of a principal cannot be changed');
  }

  override clear(): void {
    throw new TypeError('the scopes of a principal cannot be changed');
  }
}

/** Most tokens of an application carry the same few combinations: one set serves them all. */
const known = new LRUCache<string, GrantedScopes>({ max: 1000 });

/** The set for a `scope` value. Equal values share one set. */
export function grantedScopes(scope: string): GrantedScopes {
  let scopes = known.get(scope);
  if (scopes === undefined) {
    scopes = new GrantedScopes(scope);
    known.set(scope, scopes);
  }
  return scopes;
}
