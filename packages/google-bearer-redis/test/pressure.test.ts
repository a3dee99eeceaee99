import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@google-bearer/test-kit/eventually';
import { DURABLE, noRedis, Redis } from '@google-bearer/test-kit/redis';
import { type Test, t } from 'tap';
import { History } from './fixtures/history.ts';
import { outcome, startGoogle, startInstance, untilConfirmed } from './fixtures/instance.ts';
import { felt, POLICIES, Pressure, SMALL } from './fixtures/pressure.ts';
import { Wire } from './fixtures/wire.ts';

const MAX_STALENESS_MS = 1500;

t.setTimeout(300_000);
// Most of it is waiting: for a Redis to be full, and for views to settle.
t.jobs = POLICIES.length + 1;

function startSmall(t: Test, policy: string): Promise<Redis> {
  return Redis.start(t, [...DURABLE, ...SMALL, '--maxmemory-policy', policy]);
}

function anyOf<T>(list: readonly T[]): T {
  const one = list[Math.floor(Math.random() * list.length)];
  if (one === undefined) throw new Error('an empty list');
  return one;
}

for (const policy of POLICIES) {
  t.test(
    `${policy}, memory used up: no revoked token is accepted, whatever else breaks`,
    { skip: noRedis, buffered: true },
    (t) => breakThings(t, policy),
  );
}

// All of this is waiting, and so they do it together.
t.test('memory used up: a newcomer waits for who knows what was lost', { skip: noRedis, buffered: true }, async (t) => {
  await Promise.all(POLICIES.map((policy) => loseMachine(t, policy)));
});

async function breakThings(t: Test, policy: string): Promise<void> {
  const server = await startSmall(t, policy);
  await server.settle();
  const google = await startGoogle(t);
  const wire = await Wire.start(t, server.port);
  const start = () => startInstance(t, google, { url: wire.url }, { maxStalenessMs: MAX_STALENESS_MS }).verifier;
  const verifiers = [start(), start(), start()];
  await Promise.all(verifiers.map((verifier) => verifier.ready()));

  const tokens = Array.from({ length: 20 }, () => google.mintToken());
  const history = new History();
  let loading = true;
  const users = [1, 2, 3].map(async () => {
    for (; loading; await sleep(40)) await history.use(anyOf(verifiers), anyOf(tokens));
  });
  const revoker = (async () => {
    for (; loading; await sleep(50)) {
      if (await history.revoke(anyOf(verifiers), anyOf(tokens))) tokens.push(google.mintToken());
    }
  })();
  await eventually('some revocations', () => history.acknowledged.size >= 10 || undefined);
  const pressure = await Pressure.on(t, server);
  const faults = [
    async () => {
      wire.cut();
      await sleep(300);
      wire.mend();
    },
    async () => {
      await server.kill();
      await server.launch();
    },
    async () => {
      await server.kill();
      server.loseData();
      await server.launch();
    },
  ];
  for (const fault of faults) {
    await fault();
    // Who starts now has only Redis to ask, before and after it is full again.
    verifiers.push(start());
    await pressure.isFelt();
    verifiers.push(start());
    await untilConfirmed(...verifiers);
  }
  const { evicted, refused } = await felt(server);
  loading = false;
  await Promise.all([...users, revoker]);
  await pressure.stop();

  t.strictSame(history.tooLate(MAX_STALENESS_MS), [], 'none is accepted too late');
  await untilConfirmed(...verifiers);
  const [forgotten, refusedToo] = [new Set<string>(), new Set<string>()];
  for (const verifier of verifiers) {
    for (const token of tokens) {
      // On a busy machine a view may be stale for a moment.
      const said = await eventually('a fresh view', async () => {
        const answer = await outcome(verifier, token);
        return answer === 'ERR_REVOCATIONS_STALE' ? undefined : answer;
      });
      if (history.acknowledged.has(token) && said !== 'ERR_TOKEN_REVOKED') forgotten.add(said);
      if (!history.asked.has(token) && said !== 'ok') refusedToo.add(said);
    }
  }
  t.strictSame(forgotten, new Set(), 'nothing acknowledged is lost');
  t.strictSame(refusedToo, new Set(), 'nobody else is refused');
  const said = JSON.stringify(history.counts());
  t.comment(`${history.acknowledged.size} revoked, ${said}; evicted ${evicted}, refused ${refused}`);
}

async function loseMachine(t: Test, policy: string): Promise<void> {
  const [gone, empty] = [await Redis.start(t), await startSmall(t, policy)];
  await gone.settle();
  const google = await startGoogle(t);
  const wire = await Wire.start(t, gone.port);
  const old = startInstance(t, google, { url: wire.url });
  await old.verifier.ready();
  const revoked = google.mintToken();
  await old.verifier.revokeToken(revoked);
  const pressure = await Pressure.on(t, empty);
  // Its machine vanishes and takes its connections with it; nobody is told.
  gone.signal('SIGSTOP');
  wire.lead(empty.port);
  const newcomer = startInstance(t, google, { url: empty.url });
  const seen = new Set<string>();
  let confirmed = false;
  const confirming = untilConfirmed(newcomer.verifier).finally(() => {
    confirmed = true;
  });
  for (; !confirmed; await sleep(25)) seen.add(await outcome(newcomer.verifier, revoked));
  await confirming;
  seen.add(await outcome(newcomer.verifier, revoked));
  t.strictSame(seen, new Set(['ERR_REVOCATIONS_STALE', 'ERR_TOKEN_REVOKED']), policy);
  await pressure.stop();
}
