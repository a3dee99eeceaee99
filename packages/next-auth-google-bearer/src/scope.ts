import { OptionsError } from './options-error.ts';

/** Whether this is one scope (RFC 6749 §3.3). A blank inside would silently ask for two. */
export function isScope(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(value);
}

/** @throws {TypeError} when it is no list of scopes */
export function readScopes(value: readonly string[]): readonly string[] {
  if (Array.isArray(value) && value.every(isScope)) return [...value];
  throw new OptionsError('scopes: expected a list of scopes without blanks');
}
