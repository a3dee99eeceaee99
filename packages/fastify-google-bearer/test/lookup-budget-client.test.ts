import fc from 'fast-check';
import Fastify, { type FastifyInstance } from 'fastify';
import { test } from 'tap';
import { clientOf } from '../src/lookup-budget/client.ts';

function whoAmI(trustProxy: boolean | string): FastifyInstance {
  const app = Fastify({ trustProxy });
  app.get('/', (request) => ({ client: clientOf(request) ?? null }));
  return app;
}

const direct = whoAmI(false);
const proxied = whoAmI('127.0.0.1');

async function seen(app: FastifyInstance, remoteAddress: string, headers = {}): Promise<string | null> {
  return (await app.inject({ url: '/', remoteAddress, headers })).json().client;
}

const peers: [address: string, client: string | null][] = [
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:C000:0207', '192.0.2.7'],
  ['0:0:0:0:0:ffff:192.0.2.7', '192.0.2.7'],
  ['64:ff9b::192.0.2.7', '192.0.2.7'],
  ['2002:c000:207:1::1', '192.0.2.7'],
  ['2002:c000:207:ffff::1', '192.0.2.7'],
  ['2001:0:4136:e378:8000:63bf:3fff:fdf8', '192.0.2.7'],
  ['64:ff9b::192.0.2.8', '192.0.2.8'],
  ['::ffff:0:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2:3::', '2001:db8:1:2::/64'],
  ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['127.0.0.1', '127.0.0.1'],
  ['not an address', null],
];

test('who a peer counts for', async (t) => {
  for (const [address, client] of peers) t.equal(await seen(direct, address), client, address);
});

const forwarded: [header: string, client: string][] = [
  ['192.0.2.7', '192.0.2.7'],
  ['192.0.2.7:4711', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['[2001:db8:1:2::9]:4711', '2001:db8:1:2::/64'],
  ['[2001:db8:1:2::9]', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['127.0.0.1, 192.0.2.7', '192.0.2.7'],
  ['unknown', '127.0.0.1'],
  ['_hidden', '127.0.0.1'],
  ['<script>', '127.0.0.1'],
  ['127.1', '127.0.0.1'],
  ['3221225991', '127.0.0.1'],
];

test('whom a trusted proxy speaks for', async (t) => {
  for (const [header, client] of forwarded) {
    t.equal(await seen(proxied, '127.0.0.1', { 'x-forwarded-for': header }), client, header);
  }
});

test('a proxy that nobody trusts hides its clients', async (t) => {
  const headers = { 'x-forwarded-for': '192.0.2.7' };
  for (const app of [direct, proxied]) {
    for (const peer of ['10.0.0.1', '172.16.0.1', '192.168.1.1', '169.254.1.1', '100.64.0.1', 'fd12::1', 'fe80::1']) {
      t.equal(await seen(app, peer, headers), null, peer);
      t.equal(await seen(app, peer, { forwarded: 'for=192.0.2.7' }), null, peer);
      t.not(await seen(app, peer), null, 'it speaks for itself');
    }
    t.equal(await seen(app, '203.0.113.9', headers), '203.0.113.9', 'far away: a client that lies');
  }
  t.equal(await seen(direct, '::1', headers), null);
  // A number of hops is no proxy that Fastify trusts, since 5.12.
  t.equal(await seen(proxied, '127.0.0.1', { forwarded: 'for=192.0.2.7' }), null, 'Fastify does not read this header');
});

test('any two addresses of IPv6 share a client if and only if they share a /64', async (t) => {
  const group = fc.integer({ min: 0, max: 0xffff });
  const network = fc.tuple(fc.integer({ min: 0x2400, max: 0x2fff }), group, group, group);
  const host = fc.tuple(group, group, group, group);
  const write = (groups: readonly number[]): string => groups.map((g) => g.toString(16)).join(':');
  await fc.assert(
    fc.asyncProperty(network, network, host, host, async (a, b, x, y) => {
      const [first, second, third] = [
        await seen(direct, write([...a, ...x])),
        await seen(direct, write([...a, ...y])),
        await seen(direct, write([...b, ...x])),
      ];
      t.equal(first, second);
      t.equal(first === third, write(a) === write(b));
    }),
    { numRuns: 100 },
  );
});

test('any address of IPv4 is the same client in IPv6 clothes, and shares with no other', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.ipV4(), fc.ipV4(), async (a, b) => {
      t.equal(await seen(direct, `::ffff:${a}`), await seen(direct, a));
      t.equal((await seen(direct, `::ffff:${a}`)) === (await seen(direct, `::ffff:${b}`)), a === b);
    }),
    { numRuns: 100 },
  );
});
