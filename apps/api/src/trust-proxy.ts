import { isIP } from 'node:net';
import Fastify from 'fastify';

/**
 * Whose word about the client's address counts: nobody's, every peer's, that of so many proxies counted from this API, or that of
 * proxies at these addresses.
 */
export type TrustProxy = boolean | number | readonly string[];

/** What TRUST_PROXY may be, for the person who set it. */
export const TRUST_PROXY_EXPECTED: string =
  'true, false, the number of proxies in front of this API, or their addresses, separated by commas: ' +
  'IP addresses, subnets such as 10.0.0.0/8, loopback, linklocal, uniquelocal';

const RANGES = ['loopback', 'linklocal', 'uniquelocal'];

/** @returns undefined when it is none of these */
export function readTrustProxy(value: string): TrustProxy | undefined {
  if (value === 'true' || value === 'false') return value === 'true';
  if (/^\d{1,3}$/.test(value)) return Number(value);
  const addresses = value.split(',').map((address) => address.trim());
  return addresses.every(isWholeAddress) && isTaken(addresses) ? addresses : undefined;
}

/** Fastify also takes abbreviations, by which `1.5` is 1.0.0.5; here that is more likely a mistake. */
function isWholeAddress(address: string): boolean {
  return RANGES.includes(address) || isIP(address.split('/', 1)[0] ?? '') !== 0;
}

/** Fastify is asked itself, so that nothing passes here that would stop it later, or the other way round. */
function isTaken(addresses: string[]): boolean {
  try {
    Fastify({ trustProxy: addresses });
    return true;
  } catch {
    return false;
  }
}

type FastifyTrustProxy = boolean | string[] | ((address: string, hop: number) => boolean);

/**
 * The same for Fastify. Since 5.12 it takes a number and then trusts nobody, because a client that reaches this API past its proxies
 * could say any address. Whoever sets a number says that no client can.
 */
export function fastifyTrustProxy(trusted: TrustProxy): FastifyTrustProxy {
  if (typeof trusted === 'boolean') return trusted;
  return typeof trusted === 'number' ? trusted > 0 && ((_address, hop) => hop < trusted) : [...trusted];
}
