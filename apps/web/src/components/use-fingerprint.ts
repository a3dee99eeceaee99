'use client';

import { useEffect, useState } from 'react';

/**
 * The first 16 hex digits of the token's SHA-256: enough to see that a token is a new one, and nothing that could be
 * sent in its place. The emulator's list of calls shows the same digits.
 *
 * @returns undefined while it is not known, and where the browser gives no cryptography (plain http, not on localhost)
 */
export function useFingerprint(token: string | undefined): string | undefined {
  const [known, setKnown] = useState<{ readonly token: string; readonly digits: string }>();
  useEffect(() => {
    if (token === undefined || !window.isSecureContext) return;
    void crypto.subtle.digest('SHA-256', new TextEncoder().encode(token)).then((hash) => {
      const digits = Array.from(new Uint8Array(hash, 0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
      setKnown({ token, digits });
    });
  }, [token]);
  return known?.token === token ? known?.digits : undefined;
}
