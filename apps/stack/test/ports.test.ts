import { createServer } from 'node:http';
import { networkInterfaces } from 'node:os';
import { occupy } from '@google-bearer/test-kit/occupy';
import { reservedPort } from '@google-bearer/test-kit/ports';
import { test } from 'tap';
import { freePort, freePorts } from '../src/ports.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

for (const host of ['127.0.0.1', '0.0.0.0', ...(hasIpv6 ? ['::1', '::'] : [])]) {
  test(`a port that somebody listens on at ${host} is taken`, async (t) => {
    const taken = await occupy(t, 0, host);
    const port = await freePort(taken);
    t.not(port, taken);
    const server = createServer().listen(port, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    server.close();
  });
}

test('a free port is kept, and 0 is any', async (t) => {
  t.ok((await freePort(0)) > 0);
  const port = await reservedPort();
  t.equal(await freePort(port), port);
  t.not(await freePort(port, [port]), port);
});

test('no two parts get the same port', async (t) => {
  const port = await reservedPort();
  const ports = await freePorts({ web: port, api: port, emulator: port });
  t.equal(ports.web, port, 'what people type comes first');
  t.equal(new Set(Object.values(ports)).size, 3);
});
