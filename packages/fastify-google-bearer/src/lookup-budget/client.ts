import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Where a reverse proxy stands, as seen from the API: on the same machine or in the same private network. */
const nearby = new Set<string>(['loopback', 'private', 'linkLocal', 'uniqueLocal', 'carrierGradeNat']);

/** Ranges of IPv6 whose last 32 bits are an IPv4 address (RFC 6052, RFC 6145). All of IPv4 would share one /64 there. */
const translated = new Set<string>(['rfc6052', 'rfc6145']);

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
  if (translated.has(address.range())) return new ipaddr.IPv4(address.toByteArray().slice(12)).toString();
  const network = address.parts.slice(0, 4).map((part) => part.toString(16));
  return `${network.join(':')}::/64`;
}
