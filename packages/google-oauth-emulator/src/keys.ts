import { createHash, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { JWK } from 'jose';

export interface SigningKey {
  /** 40 hex digits, as Google's are. */
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/**
 * Google always publishes two keys: the one in use and the one before or after it. Each is made when it is first needed: it takes
 * longer than all else at the start, and many tests never see an ID token.
 */
export interface SigningKeys {
  current(): Promise<SigningKey>;
  all(): Promise<readonly SigningKey[]>;
}

const generate = promisify(generateKeyPair);

async function createSigningKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generate('rsa', { modulusLength: 2048 });
  const kid = createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
  return { kid, privateKey, publicKey };
}

/** Of emulators that have ended. A suite of tests starts hundreds, one after the other, and to make two keys takes 200 ms. */
const unused: SigningKeys[] = [];

/** Keys that no other emulator of this process has. Who has ended gives them back, for the next one. */
export function takeSigningKeys(): SigningKeys {
  return unused.pop() ?? createSigningKeys();
}

export function giveBack(keys: SigningKeys): void {
  unused.push(keys);
}

function createSigningKeys(): SigningKeys {
  let made: Promise<SigningKey> | undefined;
  let published: Promise<readonly SigningKey[]> | undefined;
  const current = (): Promise<SigningKey> => {
    made ??= createSigningKey();
    return made;
  };
  const all = (): Promise<readonly SigningKey[]> => {
    published ??= Promise.all([createSigningKey(), current()]);
    return published;
  };
  return { current, all };
}

export function publicJwk(key: SigningKey): JWK {
  return { ...key.publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: key.kid };
}

/** Google wraps the key in an X.509 certificate; verifiers take a bare public key just the same. */
export function publicPem(key: SigningKey): string {
  return key.publicKey.export({ type: 'spki', format: 'pem' }).toString();
}
