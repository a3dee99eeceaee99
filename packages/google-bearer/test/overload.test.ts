// A process of its own: it looks at how long its process stands still.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Test, test } from 'tap';
import { assertUnavailable, failure, good, TOKEN } from './fixtures/outcomes.ts';
import { answer, type Handler } from './fixtures/upstream.ts';
import { setUp } from './fixtures/verifier.ts';

/** A service that takes one and a half to three and a half seconds for each answer, and has as many hands as needed. */
const slowly: Handler = async (request, response) => {
  await sleep(1500 + 2000 * Math.random());
  good(request, response);
};

/**
 * What is served just before its deadline is late when this process stands still for longer, and that is the machine's doing. As answers
 * take now more and now less time, most have a second to spare.
 */
const STANDSTILL_MS = 400;

/**
 * 256 places by two and a half seconds, for those who wait up to ten: some thousand. So 2 500 come in as few seconds as the machine allows.
 * A faster service would show the same, and leave this process no time to be punctual.
 */
async function flood(t: Test): Promise<{ outcomes: unknown[]; asked: number; lookups: object; standstillMs: number }> {
  const { verifier, upstream } = await setUp(t, { timeoutMs: 10_000 }, slowly);
  await verifier.verify('ya29.first');
  const delay = monitorEventLoopDelay();
  delay.enable();
  const outcomes: Promise<unknown>[] = [];
  while (outcomes.length < 2500) {
    for (let i = 0; i < 20; i++) {
      outcomes.push(verifier.verify(`ya29.${outcomes.length}`).catch((error: unknown) => error));
    }
    await sleep(20);
  }
  const ended = await Promise.all(outcomes);
  delay.disable();
  const { lookups } = verifier.stats();
  return { outcomes: ended, asked: upstream.seen.length, lookups, standstillMs: delay.max / 1e6 };
}

test('under more than Google can carry, its answers come in time, and the breaker stays closed', async (t) => {
  let round = await flood(t);
  while (round.standstillMs > STANDSTILL_MS) {
    t.comment(`this process stood still for ${Math.round(round.standstillMs)} ms: once more`);
    round = await flood(t);
  }
  const { outcomes, asked, lookups } = round;
  const refused = outcomes.filter((outcome) => outcome instanceof Error);
  assertUnavailable(t, refused[0]);
  t.match(lookups, { circuit: 'closed', retried: 0 });
  const served = 1 + outcomes.length - refused.length;
  t.comment(`${outcomes.length} came, Google was asked ${asked} times, ${served} were served`);
  t.ok(served >= 0.9 * asked, 'Google is asked for those who still wait');
  t.ok(refused.length > 0, 'it was more than could be served');
});

test('tokens that were good before have places of their own', async (t) => {
  const release = Promise.withResolvers<void>();
  const known = ['ya29.known1', 'ya29.known2'];
  const { verifier, upstream } = await setUp(t, { maxAgeMs: 0, timeoutMs: 60_000 });
  for (const token of known) await verifier.verify(token);
  upstream.handler = async (request, response) => {
    if (!String(request.headers.authorization).includes('known')) await release.promise;
    good(request, response);
  };
  const flood = Array.from({ length: 1000 }, (_, i) => verifier.verify(`ya29.${i}`));
  while (upstream.seen.length < 256 + known.length) await sleep(5);
  for (const token of known) t.ok(await verifier.verify(token), 'past its cache life, and asked about at once');
  release.resolve();
  await Promise.all(flood);
});

test('a hanging Google opens the breaker', async (t) => {
  const { verifier } = await setUp(t, { timeoutMs: 300 }, () => undefined);
  await Promise.all(Array.from({ length: 20 }, (_, i) => failure(verifier.verify(`ya29.${i}`))));
  t.equal(verifier.stats().lookups.circuit, 'open');
  const error = await failure(verifier.verify(TOKEN));
  assertUnavailable(t, error);
  t.match(error.cause, { message: /tokeninfo is down/ });
});

test('a deadline that ends while Google has asked for a pause is no failure of Google’s', async (t) => {
  const { verifier, upstream } = await setUp(t, { timeoutMs: 1500 }, answer(429, '', { 'retry-after': '60' }));
  await failure(verifier.verify('ya29.first'));
  for (let i = 0; i < 20; i++) assertUnavailable(t, await failure(verifier.verify(`ya29.${i}`)));
  t.equal(upstream.seen.length, 1);
  t.equal(verifier.stats().lookups.circuit, 'closed');
});

test('a 429 holds up unknown tokens first, and opens no breaker', async (t) => {
  for (const headers of [{ 'retry-after': '60' }, {}]) {
    const { verifier, upstream } = await setUp(t, { maxAgeMs: 0, timeoutMs: 900 });
    await verifier.verify('ya29.known');
    upstream.handler = (request, response) =>
      String(request.headers.authorization).includes('known')
        ? good(request, response)
        : answer(429, '', headers)(request, response);
    const unknown = Array.from({ length: 30 }, (_, i) => failure(verifier.verify(`ya29.${i}`)));
    for (const error of await Promise.all(unknown)) assertUnavailable(t, error);
    const asked = upstream.seen.length;
    assertUnavailable(t, await failure(verifier.verify('ya29.next')));
    // Without a header the pause is a second, which may be over by now.
    if ('retry-after' in headers) t.equal(upstream.seen.length, asked, 'no other is sent');
    t.ok(await verifier.verify('ya29.known'), 'but one that was good before is');
    t.equal(verifier.stats().lookups.circuit, 'closed');
  }
});

test('a 429 for a token that was good before holds up all', async (t) => {
  const { verifier, upstream } = await setUp(t, { maxAgeMs: 0, timeoutMs: 900 });
  for (const token of ['ya29.one', 'ya29.two']) await verifier.verify(token);
  upstream.handler = answer(429, '', { 'retry-after': '60' });
  assertUnavailable(t, await failure(verifier.verify('ya29.one')));
  const asked = upstream.seen.length;
  for (const token of ['ya29.two', 'ya29.unknown']) assertUnavailable(t, await failure(verifier.verify(token)));
  t.equal(upstream.seen.length, asked);
});
