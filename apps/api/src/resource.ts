import { isIPv6 } from 'node:net';
import type { Config } from './env.ts';
import { isLoopback } from './loopback.ts';

/**
 * The URL that clients know this API by, for its RFC 9728 metadata. Unless PUBLIC_URL says it, that is the address it
 * listens on, which is only true for clients on this machine: RFC 9728 §1.2 wants https for all others.
 */
export function resourceOf({ publicUrl, host, port }: Pick<Config, 'publicUrl' | 'host' | 'port'>): string | undefined {
  if (publicUrl !== undefined) return publicUrl;
  const hostname = host === '0.0.0.0' || host === '::' ? 'localhost' : isIPv6(host) ? `[${host}]` : host;
  return isLoopback(hostname) && port !== 0 ? `http://${hostname}:${port}` : undefined;
}
