import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What is derived from a token for one endpoint, and leads back to neither. */
export interface Derived {
  /** Names the entry. Not the token's SHA-256, which logs and other systems may hold. */
  readonly name: string;
  /** Opens and closes its seal (AES-256). */
  readonly key: Buffer;
}

/**
 * HKDF (RFC 5869) with SHA-256. Only who has the token can name its entry or read it; another endpoint's answers have other
 * names and keys, so that an emulator's word is never taken for Google's.
 */
export function derive(token: string, endpoint: string): Derived {
  const bytes = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', token, '', `google-bearer-redis 1 ${purpose} ${endpoint}`, 32));
  return { name: bytes('name').toString('base64url'), key: bytes('key') };
}

/** AES-256-GCM with a random nonce; the name is authenticated too, so that no entry serves under another name. */
export function seal(text: string, { name, key }: Derived): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64');
}

/** What was sealed; undefined when it was not sealed for this token and endpoint, or was changed since. */
export function unseal(sealed: string, { name, key }: Derived): string | undefined {
  const bytes = Buffer.from(sealed, 'base64');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(name))
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString();
  } catch {
    return undefined;
  }
}
