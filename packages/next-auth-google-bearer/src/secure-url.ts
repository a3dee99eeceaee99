/**
 * Checks a base URL that tokens or secrets are sent to, and returns it without a trailing slash.
 *
 * Plain http hands them to whoever is on the way, so it has to stay on this machine.
 *
 * @throws {TypeError} naming `option`
 */
export function secureBaseUrl(option: string, value: string | undefined): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !isSecure(url) || url.username || url.password || url.search || url.hash) {
    throw new TypeError(
      `${option}: expected an https URL (http only on loopback), without credentials, query or fragment`,
    );
  }
  return url.href.replace(/\/+$/, '');
}

function isSecure({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

/** RFC 6761 §6.3, RFC 1122 §3.2.1.3; `URL` has already brought IPv4 addresses into their usual form. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
