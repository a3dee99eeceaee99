import { eventually } from '@google-bearer/test-kit/eventually';
import { noRedis, Redis } from '@google-bearer/test-kit/redis';
import { t } from 'tap';
import { redisTokenCache } from '../src/index.ts';
import { connections, inTime, kept, looked } from './fixtures/cache.ts';
import { connectSharing, outcome, startGoogle, startSharing } from './fixtures/instance.ts';

const lookups = '/tokeninfo';

t.test('50 instances that meet a token at once ask Google once', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t, []);
  const google = await startGoogle(t);
  const verifiers = await Promise.all(Array.from({ length: 50 }, () => connectSharing(t, google, server.url)));
  google.faults.set({ path: lookups, kind: 'latency', ms: 200 });
  const { outcomes, asked } = await inTime(verifiers, async () => {
    const before = google.calls.count(lookups);
    const token = google.mintToken();
    const outcomes = await Promise.all(verifiers.map((verifier) => outcome(verifier, token)));
    return { outcomes, asked: google.calls.count(lookups) - before };
  });
  t.strictSame(new Set(outcomes), new Set(['ok']));
  t.equal(asked, 1);
});

t.test('an instance that dies with the turn costs the others what is left of it', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t, []);
  const google = await startGoogle(t);
  const raw = await server.raw();
  const token = google.mintToken();
  await using dead = redisTokenCache({ url: server.url });
  await dead.connect();
  t.match(await dead.slot(token, `${google.url}/tokeninfo`).take(30_000), { keep: Function });
  const options = { timeoutMs: 60_000 };
  const verifiers = await Promise.all(Array.from({ length: 5 }, () => connectSharing(t, google, server.url, options)));
  const before = google.calls.count(lookups);
  const waiting = verifiers.map((verifier) => outcome(verifier, token));
  await looked(server, waiting.length * 2);
  t.equal(google.calls.count(lookups), before, 'until then nobody asks');
  // As if that time had passed.
  const [turn = ''] = await raw.keys('*:turn:*');
  t.ok((await raw.pTTL(turn)) <= 30_000);
  await raw.pExpire(turn, 1);
  t.strictSame(new Set(await Promise.all(waiting)), new Set(['ok']));
  t.equal(google.calls.count(lookups) - before, 1, 'the next one to have the turn asked for all');
});

t.test(
  'a step that is given up breaks nothing: others are answered, and its turn is given back',
  { skip: noRedis },
  async (t) => {
    const google = await startGoogle(t);
    const server = await Redis.start(t, []);
    const { verifier, sharedCache } = startSharing(t, google, server.url);
    await sharedCache.connect();
    const [connection] = await connections(server);
    server.signal('SIGSTOP');
    const patient = sharedCache.slot('ya29.other', 'https://example.com').take(60_000);
    t.equal(await outcome(verifier, google.mintToken()), 'ok');
    t.match(verifier.stats().lookups, { started: 1, sharedFailures: 1 }, 'Google was asked without it');
    server.signal('SIGCONT');
    t.match(await patient, { keep: Function, release: Function });
    const raw = await server.raw();
    await eventually('only that turn', async () => (await raw.keys('*:turn:*')).length === 1 || undefined);
    t.strictSame(await connections(server), [connection], 'by the same connection');
  },
);

t.test('a revocation that arrives while another instance asks wins', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t, []);
  const google = await startGoogle(t);
  const raw = await server.raw();
  const token = google.mintToken();
  const [name = ''] = await kept(server, async () => (await connectSharing(t, google, server.url)).verify(token));
  await using other = redisTokenCache({ url: server.url });
  await other.connect();
  const slot = other.slot(token, `${google.url}/tokeninfo`);
  const entry = await slot.take(60_000);
  await raw.del(name);
  const turn = await slot.take(60_000);
  if (!entry || !('text' in entry) || !turn || !('keep' in turn)) throw new Error('no entry, or no turn');

  const verifier = await connectSharing(t, google, server.url, { timeoutMs: 60_000 });
  const asked = outcome(verifier, token);
  await looked(server, 2);
  await verifier.revokeToken(token);
  await turn.keep(entry.text, entry.remainingMs);
  t.equal(await asked, 'ERR_TOKEN_REVOKED');
  t.match(verifier.stats().lookups, { started: 0, sharedHits: 1 });
});

t.test('an answer that comes after the turn was lost is not kept', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t, []);
  await using cache = redisTokenCache({ url: server.url });
  await cache.connect();
  const slot = cache.slot('ya29.a', 'https://example.com');
  const first = await slot.take(20);
  const second = await eventually('the end of the turn', () => slot.take(60_000));
  if (!first || !second || !('keep' in first) || !('keep' in second)) throw new Error('no turns');
  await first.keep('old', 60_000);
  t.equal(await slot.take(1000), undefined);
  await second.keep('new', 60_000);
  t.match(await slot.take(1000), { text: 'new' });
  await first.release();
  t.match(await slot.take(1000), { text: 'new' });
  await cache.close();
  await t.rejects(slot.take(1000), { message: 'The token cache is closed' });
});
