import t, { test } from 'tap';
import { assertUnavailable, failure, good, TOKEN } from './fixtures/outcomes.ts';
import { outages } from './fixtures/tokeninfo-bodies.ts';
import { answer, type Handler } from './fixtures/upstream.ts';
import { setUp } from './fixtures/verifier.ts';

// Most of it is waiting for second attempts. Each test needs options of its own: tap writes into them.
t.jobs = 16;

for (const { name, status, body } of outages.filter(({ status }) => status === 200)) {
  test(`a 200 never counts against Google, whatever comes with it: ${name}`, { buffered: true }, async (t) => {
    const { verifier, upstream } = await setUp(t, {}, answer(status, body));
    await Promise.all(
      Array.from({ length: 30 }, async (_, i) => assertUnavailable(t, await failure(verifier.verify(`ya29.${i}`)))),
    );
    t.match(verifier.stats().lookups, { circuit: 'closed', failed: 30 });
    upstream.handler = good;
    t.ok(await verifier.verify(TOKEN));
  });
}

for (const { name, handler } of [
  { name: 'one that is far too long', handler: answer(200, 'x'.repeat(100_000)) },
  {
    name: 'one that is cut short',
    handler: ((_request, response) => {
      response.writeHead(200, { 'content-length': '500' });
      response.write('{');
      response.socket?.end();
    }) satisfies Handler,
  },
]) {
  test(`nor does a 200 with a body that does not come to an end: ${name}`, { buffered: true }, async (t) => {
    const { verifier } = await setUp(t, {}, handler);
    await Promise.all(
      Array.from({ length: 12 }, async (_, i) => assertUnavailable(t, await failure(verifier.verify(`ya29.${i}`)))),
    );
    t.equal(verifier.stats().lookups.circuit, 'closed');
  });
}

for (const { name, status, body } of outages.filter(({ status }) => status !== 200)) {
  test(`one token that always fails shuts nobody out: ${name} (${status})`, { buffered: true }, async (t) => {
    const { verifier, upstream } = await setUp(t, {}, answer(status, body));
    for (let times = 0; times < 12; times++) assertUnavailable(t, await failure(verifier.verify('ya29.odd')));
    t.equal(verifier.stats().lookups.circuit, 'closed');
    upstream.handler = good;
    t.ok(await verifier.verify(TOKEN));
  });
}

test('a token counts once between two successes, and again after one', { buffered: true }, async (t) => {
  const { verifier, upstream } = await setUp(t, {}, answer(500, {}));
  const fail = (name: string) => failure(verifier.verify(`ya29.${name}`));
  for (let i = 0; i < 9; i++) await fail(`${i}`);
  await fail('0');
  t.equal(verifier.stats().lookups.circuit, 'closed');
  upstream.handler = good;
  await verifier.verify(TOKEN);
  upstream.handler = answer(500, {});
  for (let i = 0; i < 9; i++) await fail(`${i}`);
  t.equal(verifier.stats().lookups.circuit, 'closed');
  await fail('9');
  t.equal(verifier.stats().lookups.circuit, 'open');
});
