/**
 * The first 16 hex digits of the token's SHA-256: enough to see that a token is another one, and nothing that could be
 * sent in its place. The emulator's list of calls shows the same digits.
 *
 * @returns undefined where the browser gives no cryptography (plain http, not on localhost)
 */
export async function fingerprintOf(token: string): Promise<string | undefined> {
  if (!window.isSecureContext) return undefined;
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token));
  return Array.from(new Uint8Array(hash, 0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Four digits at a time, so that one sees at once whether it is another one. */
export function inGroups(fingerprint: string): string {
  return fingerprint.match(/.{4}/g)?.join(' ') ?? '';
}
