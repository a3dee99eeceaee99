import { reservedPort } from '@google-bearer/test-kit/ports';
import { CAN_LIST, groupsEnded } from '@google-bearer/test-kit/processes';
import { type Test, test } from 'tap';
import { Service, type ServiceOptions } from '../src/service.ts';

const skip = CAN_LIST ? false : 'processes can be listed on Linux only';

/** Starts another program, as Next.js does, that outlives everything but SIGKILL. */
const WORKER = `
  const stubborn = 'for (const s of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(s, () => {}); setInterval(() => {}, 1000); console.log("worker");';
  require('node:child_process').spawn(process.execPath, ['-e', stubborn], { stdio: 'inherit' });`;
const STUBBORN = "process.on('SIGTERM', () => console.log('no')); setInterval(() => {}, 1000); console.log('ready');";
const SERVER = `
  const [port, status] = process.argv.slice(1).map(Number);
  require('node:http').createServer((_, reply) => reply.writeHead(status).end()).listen(port, '127.0.0.1');
  console.error('status ' + status);`;

interface Started {
  readonly service: Service;
  /** Resolves once it has printed this line. */
  said(line: string): Promise<void>;
}

function start(t: Test, code: string, options: Partial<ServiceOptions> = {}, ...args: string[]): Started {
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const print = (line: string): void => {
    lines.push(line);
    for (const look of waiting) look();
  };
  const env = { PATH: process.env.PATH };
  const service = new Service({ name: 'part', args: ['-e', code, ...args], env, print, ...options });
  t.teardown(() => service.stop());
  return {
    service,
    said: (line) =>
      new Promise((resolve) => {
        const look = (): void => void (lines.includes(line) && resolve());
        waiting.add(look);
        look();
      }),
  };
}

async function serve(t: Test, status: number): Promise<Started> {
  const port = await reservedPort();
  return start(t, SERVER, { readyUrl: `http://127.0.0.1:${port}/ready` }, String(port), String(status));
}

test('stopping ends what the service has started, too', { skip }, async (t) => {
  const { service, said } = start(t, `${WORKER} setInterval(() => {}, 1000)`);
  await said('worker');
  await service.stop();
  await t.resolves(groupsEnded(service.pid ?? 0));
  await service.stop();
});

test('a service that ends by itself leaves nobody behind', { skip }, async (t) => {
  const { service, said } = start(
    t,
    `${WORKER} process.on('SIGTERM', () => process.exit(3)); setInterval(() => {}, 1000)`,
  );
  await said('worker');
  process.kill(service.pid ?? 0, 'SIGTERM');
  await service.exited;
  await t.resolves(groupsEnded(service.pid ?? 0));
});

test('a service that does not want to end is killed', { skip }, async (t) => {
  const { service, said } = start(t, STUBBORN, { stopWithinMs: 100 });
  await said('ready');
  await service.stop();
  await t.resolves(groupsEnded(service.pid ?? 0));
});

test('is ready once it answers 200', async (t) => {
  const { service } = await serve(t, 200);
  await service.ready();
  t.equal(service.ending, 'part has ended; its own words are above');
});

test('an answer of 500 is not waited on', async (t) => {
  const { service, said } = await serve(t, 500);
  await t.rejects(service.ready(), {
    message: /^part answers 500 at http:.*\/ready; its own words are above$/,
  });
  await said('status 500');
});

test('says so when it ends before it is ready', async (t) => {
  const { service } = start(t, 'process.exit(3)', { readyUrl: `http://127.0.0.1:${await reservedPort()}` });
  await t.rejects(service.ready(), { message: 'part did not start; its own words are above' });
});

test('says so when it says that it has given up, and lives on', async (t) => {
  const { service, said } = start(t, `console.log("Failed running 'x'"); setInterval(() => {}, 1000)`, {
    readyUrl: `http://127.0.0.1:${await reservedPort()}`,
    gaveUp: /^Failed running/,
  });
  await t.rejects(service.ready(), { message: 'part did not start; its own words are above' });
  await said("Failed running 'x'");
});

test('every line is handed over with the stream that it came from', async (t) => {
  const lines: [string, string][] = [];
  const print = (line: string, stream: string): void => void lines.push([stream, line]);
  const talkative = "console.log('one\\ntwo'); console.error('three'); process.stdout.write('four')";
  await new Service({ name: 'part', args: ['-e', talkative], env: {}, print }).exited;
  const of = (stream: string): string[] => lines.flatMap(([from, line]) => (from === stream ? [line] : []));
  t.strictSame([of('stdout'), of('stderr')], [['one', 'two', 'four'], ['three']]);
});

test('says so when it cannot be started at all', async (t) => {
  const { service, said } = start(t, '', { cwd: t.testdirName, readyUrl: `http://127.0.0.1:${await reservedPort()}` });
  await t.rejects(service.ready(), { message: 'part did not start; its own words are above' });
  await said(`spawn ${process.execPath} ENOENT`);
});

test('waiting ends when it is told to', async (t) => {
  const { service } = await serve(t, 503);
  const stop = new AbortController();
  const ready = service.ready(stop.signal);
  stop.abort(new Error('Ctrl-C'));
  await t.rejects(ready, { message: 'Ctrl-C' });
});
