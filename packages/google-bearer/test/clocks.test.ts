import { mock } from 'node:test';
import { test } from 'tap';
import type { SharedTokenCache } from '../src/index.ts';
import { SUBJECT, user } from './fixtures/tokeninfo-bodies.ts';
import { answer, type Handler } from './fixtures/upstream.ts';
import { setUp } from './fixtures/verifier.ts';

const EXPIRED = { code: 'ERR_TOKEN_EXPIRED', statusCode: 401 };
const REVOKED = { code: 'ERR_TOKEN_REVOKED', statusCode: 401 };
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/**
 * A Google whose clock is so far ahead of ours. Tokens live for an hour from their issue, which their names tell as ms after
 * `start` on Google's clock, such as `ya29.-1500`; each figure is cut to whole seconds.
 */
function google(aheadMs: number, start: number): Handler {
  return (request, response) => {
    const issuedAt = start + aheadMs + Number(String(request.headers.authorization).split('ya29.')[1]);
    const exp = Math.floor(issuedAt / 1000) + 3600;
    const left = Math.floor(exp - (Date.now() + aheadMs) / 1000);
    if (left <= 0) answer(400, { error: 'invalid_token' })(request, response);
    else answer(200, user({ exp: String(exp), expires_in: String(left) }))(request, response);
  };
}

// Only the date stands still: timers and sockets are real.
test('clocks', async (t) => {
  let start = 0;
  t.beforeEach(() => {
    start = Date.now();
    mock.timers.enable({ apis: ['Date'], now: start });
  });
  t.afterEach(() => mock.timers.reset());
  const advance = (ms: number) => mock.timers.setTime(Date.now() + ms);

  // Seen through whole seconds, a difference of three may look like one of two.
  for (const aheadMs of [-5 * MINUTE_MS, -10_000, -3_500, 3_500, 10_000, 5 * MINUTE_MS, 2 * HOUR_MS]) {
    await t.test(`a token ends when Google's clock says so, which is ${aheadMs} ms ahead`, async (t) => {
      const { verifier, upstream } = await setUp(t, {}, google(aheadMs, start));
      const token = `ya29.${-56 * MINUTE_MS}`;
      t.ok(await verifier.verify(token), 'four minutes are left');
      advance(4 * MINUTE_MS - 2_000);
      t.ok(verifier.peek(token));
      advance(4_000);
      t.throws(() => verifier.peek(token), EXPIRED);
      t.equal(upstream.seen.length, 1);
    });
  }

  for (const aheadMs of [-1_900, -900, 0, 900]) {
    await t.test(`a difference of ${aheadMs} ms is none`, async (t) => {
      const { verifier } = await setUp(t, {}, google(aheadMs, start));
      const token = `ya29.${-56 * MINUTE_MS}`;
      const { expiresAt } = await verifier.verify(token);
      advance(expiresAt - 1 - Date.now());
      t.ok(verifier.peek(token));
      advance(1);
      t.throws(() => verifier.peek(token), EXPIRED);
    });
  }

  await t.test('Google is not taken to be more than ten minutes behind', async (t) => {
    const { verifier } = await setUp(t, {}, google(-3 * HOUR_MS, start));
    await t.rejects(verifier.verify('ya29.0'), EXPIRED, 'by our clock it ended two hours ago');
  });

  for (const aheadMs of [-5 * MINUTE_MS, -900, 0, 900, 2_500, 5 * MINUTE_MS]) {
    await t.test(`signing out spares no token, and coming back works, with Google ${aheadMs} ms ahead`, async (t) => {
      for (const revoke of ['revokeSubject', 'revokeEveryone'] as const) {
        // At any moment of a second.
        for (let count = 0; count < 7; count++, advance(149)) {
          const { verifier, upstream } = await setUp(t, {}, google(aheadMs, Date.now()));
          await verifier.verify('ya29.-10000');
          for (const issued of [0, -1, -400, -999]) await verifier.verify(`ya29.${issued}`);
          if (revoke === 'revokeSubject') await verifier.revokeSubject(SUBJECT);
          else await verifier.revokeEveryone();
          for (const issued of [0, -1, -400, -999, -10_000]) t.throws(() => verifier.peek(`ya29.${issued}`), REVOKED);
          await t.rejects(verifier.verify('ya29.-2'), REVOKED, 'also one that memory did not know');
          upstream.handler = google(aheadMs, Date.now() + 3_000);
          t.ok(await verifier.verify('ya29.1'), 'three seconds later');
        }
      }
    });
  }

  await t.test('an instance that learns tokens from others alone knows Google’s clock from them', async (t) => {
    const kept = new Map<string, { text: string; until: number }>();
    const sharedCache: SharedTokenCache = {
      slot: (token) => ({
        take: async () => {
          const entry = kept.get(token);
          if (entry) return { text: entry.text, remainingMs: entry.until - Date.now() };
          const keep = async (text: string, lifeMs: number) =>
            void kept.set(token, { text, until: Date.now() + lifeMs });
          return { keep, release: async () => undefined };
        },
      }),
    };
    const one = await setUp(t, { sharedCache }, google(-4 * MINUTE_MS, start));
    const two = await setUp(t, { sharedCache, endpoints: one.upstream.url });
    const token = `ya29.${-58 * MINUTE_MS}`;
    await one.verifier.verify(token);
    advance(30_000);
    t.ok(await two.verifier.verify(token), 'by our clock it has ended two and a half minutes ago');
    t.equal(one.upstream.seen.length, 1);
    await two.verifier.revokeSubject(SUBJECT);
    const [rule] = two.verifier.revocations();
    if (rule?.type !== 'subject') throw new Error('no rule');
    const google900 = Date.now() - 4 * MINUTE_MS;
    t.ok(rule.issuedBefore > google900 && rule.issuedBefore <= google900 + 2_000, 'its sign-out is by Google’s clock');
    advance(2 * MINUTE_MS - 30_000 + 1_000);
    t.throws(() => two.verifier.peek(token), EXPIRED);
  });
});

test('a revocation outlasts its token, also where our clock is ahead of Google’s', async (t) => {
  const start = Date.now();
  mock.timers.enable({ apis: ['Date', 'setInterval'], now: start });
  t.teardown(() => mock.timers.reset());
  const { verifier } = await setUp(t, {}, google(-5 * MINUTE_MS, start));
  const token = 'ya29.0';
  const { expiresAt } = await verifier.verify(token);
  await verifier.revokeToken(token);
  // Four minutes are left by Google's clock, and by ours it has ended a minute ago.
  mock.timers.tick(expiresAt + MINUTE_MS + 2_000 - Date.now());
  await t.rejects(verifier.verify(token), REVOKED);
});

test('a slow answer does not make Google’s clock look slow: a sign-out spares nobody', async (t) => {
  const { verifier, upstream } = await setUp(t);
  const handler = google(0, Date.now());
  upstream.handler = async (request, response) => {
    // By our clock as well: the answer is made at once, and comes late.
    const end = response.end.bind(response);
    response.end = (...args: unknown[]) => {
      setTimeout(() => Reflect.apply(end, response, args), 2_500);
      return response;
    };
    handler(request, response);
  };
  await verifier.verify('ya29.0');
  upstream.handler = google(0, Date.now());
  const issued = 'ya29.-300';
  await verifier.revokeSubject(SUBJECT);
  await t.rejects(verifier.verify(issued), REVOKED);
});

for (const figures of [
  { exp: '99999999999', expires_in: '1' },
  { exp: '3600', expires_in: '3600' },
  { exp: '1', expires_in: '999999999' },
]) {
  test(`figures that no clock shows move nothing: ${JSON.stringify(figures)}`, async (t) => {
    const { verifier, upstream } = await setUp(t, {}, google(0, Date.now()));
    await verifier.verify('ya29.0');
    upstream.handler = answer(200, user(figures));
    await verifier.verify('ya29.odd').catch(() => undefined);
    t.ok(verifier.peek('ya29.0'));
    await verifier.revokeSubject(SUBJECT);
    t.throws(() => verifier.peek('ya29.0'), REVOKED);
    const [rule] = verifier.revocations();
    if (rule?.type !== 'subject') throw new Error('no rule');
    t.ok(Math.abs(rule.issuedBefore - Date.now()) < MINUTE_MS, 'and the sign-out is of now');
  });
}
