import { hash } from 'node:crypto';

/** What no cache can do without that keeps no raw tokens, in the form that is made and compared fastest. */
export function sha256(token: string): string {
  return hash('sha256', token, 'binary');
}
