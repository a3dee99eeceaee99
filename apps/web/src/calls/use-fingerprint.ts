'use client';

import { useEffect, useState } from 'react';
import { fingerprintOf } from './fingerprint.ts';

/** @returns undefined while it is not known, and where it cannot be made */
export function useFingerprint(token: string | undefined): string | undefined {
  const [known, setKnown] = useState<{ readonly token: string; readonly digits: string | undefined }>();
  useEffect(() => {
    if (token !== undefined) void fingerprintOf(token).then((digits) => setKnown({ token, digits }));
  }, [token]);
  return known?.token === token ? known?.digits : undefined;
}
