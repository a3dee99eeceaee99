/** What a caller may ask of a token, and say about the call. */
const NAMES: ReadonlySet<string> = new Set(['scopes', 'anyScope', 'maxAgeMs', 'signal', 'onSource']);

/** The two that are lists. */
interface Lists {
  readonly scopes?: unknown;
  readonly anyScope?: unknown;
}

/**
 * Checks what a caller asks of a token, on every call: with a misspelt `scope`, every good token would pass.
 *
 * @throws {TypeError} naming what is wrong
 */
export function checkRequirement(requirement: Lists): void {
  if (typeof requirement !== 'object' || requirement === null) {
    throw new TypeError('google-bearer: expected an object such as { scopes: [...] } after the token');
  }
  // No list of names is made: nearly every request comes here.
  for (const name in requirement) {
    if (!NAMES.has(name)) {
      throw new TypeError(`google-bearer: ${name}: there is no such requirement; there are ${[...NAMES].join(', ')}`);
    }
  }
  const { scopes, anyScope } = requirement;
  if (scopes !== undefined && !Array.isArray(scopes)) throw new TypeError('google-bearer: scopes: a list of scopes');
  if (anyScope !== undefined && !Array.isArray(anyScope)) {
    throw new TypeError('google-bearer: anyScope: a list of scopes');
  }
}
