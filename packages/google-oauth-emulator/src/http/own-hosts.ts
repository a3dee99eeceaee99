import type { IncomingHttpHeaders } from 'node:http';

/** Addresses and the name of this machine that nobody else can reach. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '::1' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** True for loopback and for the names in `allowHosts`. Any other Host means DNS rebinding: a foreign page's name. */
export function isOwnHost({ host }: IncomingHttpHeaders, allowHosts: readonly string[]): boolean {
  const url = urlOf(host);
  return url !== undefined && (isLoopback(url.hostname) || allowHosts.includes(url.hostname));
}

/**
 * True when no foreign web page can be behind the request. An Origin other than our own, or a Sec-Fetch-Site other than
 * `same-origin` (and `none`, a person's own doing), means that a page elsewhere sent it: also one on another port of
 * this machine, which counts as the same site.
 */
export function isFromHere(headers: IncomingHttpHeaders, allowHosts: readonly string[]): boolean {
  const { host, origin } = headers;
  if (!isOwnHost(headers, allowHosts)) return false;
  if (origin !== undefined && origin !== urlOf(host)?.origin) return false;
  return [undefined, 'same-origin', 'none'].includes(headers['sec-fetch-site']?.toString());
}

function urlOf(host: string | undefined): URL | undefined {
  if (host === undefined || /[^\w.:[\]-]/.test(host) || !URL.canParse(`http://${host}`)) return undefined;
  return new URL(`http://${host}`);
}
