import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Where a reverse proxy stands, as seen from the API: on the same machine or in the same private network. */
const nearby = new Set<string>(['loopback', 'private', 'linkLocal', 'uniqueLocal', 'carrierGradeNat']);

/**
 * Ranges of IPv6 that hold an IPv4 address, and where: NAT64 (RFC 6052), translated (RFC 6145), 6to4 (RFC 3056) and Teredo
 * (RFC 4380, with each bit turned). In some all of IPv4 would share one /64, in others one address has thousands of them.
 */
const holdsIpv4: Readonly<Record<string, (bytes: readonly number[]) => number[]>> = {
  rfc6052: (bytes) => bytes.slice(12),
  rfc6145: (bytes) => bytes.slice(12),
  '6to4': (bytes) => bytes.slice(2, 6),
  teredo: (bytes) => bytes.slice(12).map((byte) => byte ^ 0xff),
};

/**
 * The client that a request counts for: its IPv4 address, or the /64 of its IPv6 address, which is what one customer gets
 * (RFC 6177), and so may take any address of.
 *
 * Fastify's `trustProxy` decides whose address `request.ip` is.
 *
 * @returns undefined when clients cannot be told apart: a proxy says whom it speaks for, and nobody listens to it, or the
 * peer has no address, as with Unix sockets
 */
export function clientOf(request: FastifyRequest): string | undefined {
  const peer = readAddress(request.socket?.remoteAddress);
  // More than the peer: Fastify trusts it, and takes the client from its header.
  const proxyIsTrusted = (request.ips?.length ?? 0) > 1;
  if (!proxyIsTrusted && peer !== undefined && nearby.has(peer.range()) && namesClient(request)) return undefined;
  // A header can say anything; what is no address counts for the proxy that passed it on.
  const client = readAddress(request.ip) ?? peer;
  return client && keyOf(client);
}

/** Whether the peer says that it passes on a request of somebody else (RFC 7239, and the older header). */
function namesClient({ raw: { headers } }: FastifyRequest): boolean {
  return headers.forwarded !== undefined || headers['x-forwarded-for'] !== undefined;
}

/** Reads an address, also with the port that some proxies put into X-Forwarded-For, or with a zone (RFC 4007 §11). */
function readAddress(text: string | undefined): Address | undefined {
  if (text === undefined) return undefined;
  const address = text
    .replace(/^\[([^\]]*)\](:\d+)?$/, '$1')
    .replace(/^([\d.]+):\d+$/, '$1')
    .replace(/%.*$/, '');
  // IPv4-mapped addresses, as dual-stack sockets show them, become IPv4.
  return isIP(address) === 0 ? undefined : ipaddr.process(address);
}

function keyOf(address: Address): string {
  if (!(address instanceof ipaddr.IPv6)) return address.toString();
  const ipv4Of = holdsIpv4[address.range()];
  if (ipv4Of !== undefined) return new ipaddr.IPv4(ipv4Of(address.toByteArray())).toString();
  const network = address.parts.slice(0, 4).map((part) => part.toString(16));
  return `${network.join(':')}::/64`;
}
