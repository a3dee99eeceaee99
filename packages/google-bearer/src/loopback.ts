/**
 * Whether a URL leads to this machine (RFC 6761 §6.3, RFC 1122 §3.2.1.3). `URL` has already brought IPv4 addresses into their
 * usual form.
 */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
