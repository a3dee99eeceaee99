import type { IncomingHttpHeaders } from 'node:http';

/** The only hosts that the emulator listens on and that its control routes answer to. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '::1' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/**
 * True when no foreign web page can be behind the request. A Host that is not loopback means DNS rebinding; an Origin
 * other than our own means that a page elsewhere sent it.
 */
export function isFromHere(headers: IncomingHttpHeaders): boolean {
  const { host, origin } = headers;
  if (host === undefined || !URL.canParse(`http://${host}`)) return false;
  const own = new URL(`http://${host}`);
  return isLoopback(own.hostname) && (origin === undefined || origin === own.origin);
}
