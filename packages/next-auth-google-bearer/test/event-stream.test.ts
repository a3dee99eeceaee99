// A process of its own: it mostly waits, and so it begins before those that share one.
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { mock } from 'node:test';
import { type Test, test } from 'tap';
import { apiFetch } from '../src/react/calls/api-fetch.ts';
import { type ApiEventsState, followEvents } from '../src/react/calls/event-stream.ts';
import { listen } from './support/server.ts';
import { keep, SessionKeeper, type Site, sessionWith, startSite } from './support/site.ts';

const STREAM = { 'content-type': 'text/event-stream' };
const HELLO = 'retry: 500\nevent: hello\ndata: {"at":1}\n\n';
const refused = (statusCode: number, code: string): string =>
  `event: refused\ndata: ${JSON.stringify({ statusCode, code, error: 'x', message: 'y' })}\n\n`;

/** An API whose streams are written by the test. */
interface Api {
  readonly url: string;
  readonly site: Site;
  /** The token of each request, and when it came. */
  readonly requests: { readonly token: string; readonly at: number }[];
  readonly states: ApiEventsState[];
  readonly events: unknown[];
  /** Answers each request. */
  answer: (response: ServerResponse, token: string, count: number) => void;
  /** Resolves once so many events have come. */
  heard(count: number): Promise<void>;
  /** Resolves once it was in this state so often. */
  shows(state: ApiEventsState['state'], times?: number): Promise<void>;
  readonly end: AbortController;
  /** Resolves when it has ended. */
  done: Promise<void>;
}

async function follow(t: Test, answer: Api['answer'], options: { keeper?: SessionKeeper; onEvent?: () => void } = {}) {
  const site = await startSite(t);
  let wake = (): void => {};
  const until = async (isTrue: () => boolean): Promise<void> => {
    while (!isTrue())
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  };
  const url = await listen(t, (request, response) => {
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    api.requests.push({ token, at: performance.now() });
    api.answer(response, token, api.requests.length);
  });
  const end = new AbortController();
  t.teardown(() => {
    end.abort();
    // What follows may have other timers, which could not end one of this.
    return api.done;
  });
  const api: Api = {
    url,
    site,
    requests: [],
    states: [],
    events: [],
    answer,
    end,
    done: Promise.resolve(),
    heard: (count) => until(() => api.events.length >= count),
    shows: (state, times = 1) => until(() => api.states.filter((seen) => seen.state === state).length >= times),
  };
  const keeper = options.keeper ?? keep(t, site, sessionWith('one'));
  api.done = followEvents(apiFetch(url, keeper.tokens), '/events', {
    signal: end.signal,
    silenceMs: 45_000,
    onEvent(event) {
      api.events.push(event);
      wake();
      options.onEvent?.();
    },
    onState(state) {
      api.states.push(state);
      wake();
    },
  });
  return api;
}

/** Accepts a token, refuses the others as the sample API does. */
const accepting =
  (good: string): Api['answer'] =>
  (response, token) => {
    if (token === good) response.writeHead(200, STREAM).write(HELLO);
    else response.writeHead(401).end(JSON.stringify({ statusCode: 401, code: 'ERR_TOKEN_REVOKED' }));
  };

test('a revocation ends the stream with its code, and it is open again with a new token', async (t) => {
  const api = await follow(t, (response, _token, count) => {
    if (count > 1) return accepting('renewed-1')(response, _token, count);
    response.writeHead(200, STREAM).write(HELLO);
    response.write(refused(401, 'ERR_TOKEN_REVOKED'));
  });
  await api.shows('open', 2);
  t.same(api.states, [
    { state: 'connecting' },
    { state: 'open' },
    { state: 'refused', code: 'ERR_TOKEN_REVOKED' },
    { state: 'open' },
  ]);
  t.same(
    api.requests.map(({ token }) => token),
    ['one', 'one', 'renewed-1'],
    'the refused token is tried once more, and renewed once',
  );
  t.equal(api.site.renewals(), 1);
  t.match(api.events, [{ event: 'hello', data: '{"at":1}' }, { event: 'refused' }]);
});

test('a line that falls is taken up again, not before the server’s `retry:`', async (t) => {
  const api = await follow(t, (response, _token, count) => {
    response.writeHead(200, STREAM).write(HELLO, () => count === 1 && response.destroy());
  });
  await api.shows('open', 2);
  const [first, second] = api.requests;
  t.same(
    api.states.map(({ state }) => state),
    ['connecting', 'open', 'waiting', 'open'],
  );
  t.ok((second?.at ?? 0) - (first?.at ?? 0) >= 500, 'after half a second or more');
});

test('a line on which nothing comes has fallen, and is let go; a comment is enough to keep it', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  t.teardown(() => mock.timers.reset());
  const gone = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<ServerResponse>();
  const api = await follow(t, (response, _token, count) => {
    response.writeHead(200, STREAM).write(HELLO);
    if (count > 1) return;
    response.on('close', gone.resolve);
    opened.resolve(response);
  });
  const stream = await opened.promise;
  for (let count = 1; count <= 3; count++) {
    await api.heard(count);
    mock.timers.tick(44_999);
    // The event after the comment tells the test that the page has read both.
    stream.write(': beat\n\nevent: heard\ndata: x\n\n');
  }
  await api.heard(4);
  t.equal(api.requests.length, 1, 'more than two minutes, and still open');
  mock.timers.tick(45_000);
  await gone.promise;
  await api.shows('open', 2);
});

for (const { name, statusCode, code, state } of [
  { name: 'a stale view', statusCode: 503, code: 'ERR_REVOCATIONS_STALE', state: 'waiting' },
  { name: 'too many lookups', statusCode: 429, code: 'ERR_TOO_MANY_LOOKUPS', state: 'waiting' },
  { name: 'a missing scope', statusCode: 403, code: 'ERR_TOKEN_SCOPE', state: 'over' },
  { name: 'an API without such a stream', statusCode: 404, code: 'ERR_NOT_FOUND', state: 'over' },
] as const) {
  test(`${name}: ${state}, as an answer and as the end of a stream`, async (t) => {
    for (const isStream of [false, true]) {
      const api = await follow(t, (response, _token, count) => {
        if (count > 1) return void response.writeHead(200, STREAM).write(HELLO);
        if (isStream) return void response.writeHead(200, STREAM).end(HELLO + refused(statusCode, code));
        response.writeHead(statusCode).end(JSON.stringify({ statusCode, code }));
      });
      await api.shows(state);
      t.match(api.states.at(-1), { state, code });
      if (state === 'waiting') await api.shows('open', isStream ? 2 : 1);
      else await api.done;
      t.equal(api.requests.length, state === 'waiting' ? 2 : 1);
      t.equal(api.site.renewals(), 0, 'that is nothing about the token');
      api.end.abort();
    }
  });
}

/** How long a page waits whose stream ends like this, in ms; nobody waits for it. */
async function pauseAfter(t: Test, answer: (response: ServerResponse) => void): Promise<number> {
  const asked = Promise.withResolvers<number>();
  const { timeout } = AbortSignal;
  AbortSignal.timeout = (ms) => {
    asked.resolve(ms);
    return timeout(1);
  };
  const api = await follow(t, answer);
  const pauseMs = await asked.promise;
  AbortSignal.timeout = timeout;
  api.end.abort();
  await api.done;
  return pauseMs;
}

for (const { name, end, leastMs } of [
  { name: 'a token that was revoked', end: refused(401, 'ERR_TOKEN_REVOKED'), leastMs: 4_000 },
  { name: 'a longer `retry:`', end: `retry: 7000\n${refused(401, 'ERR_TOKEN_REVOKED')}`, leastMs: 7_000 },
  { name: 'a stale view', end: `retry: 9000\n${refused(503, 'ERR_REVOCATIONS_STALE')}`, leastMs: 9_000 },
  { name: 'a `retry:` of minutes', end: 'retry: 300000\n\n', leastMs: 300_000 },
]) {
  test(`${name}: no page comes back before its time, and not all at the same moment`, async (t) => {
    const pauses: number[] = [];
    for (let page = 0; page < 8; page++)
      pauses.push(await pauseAfter(t, (response) => response.writeHead(200, STREAM).end(HELLO + end)));
    t.ok(Math.min(...pauses) >= leastMs && Math.max(...pauses) <= leastMs * 1.5 + 1, pauses.join());
    t.ok(new Set(pauses).size > 1, pauses.join());
  });
}

test('Retry-After: not all come back at the same moment', async (t) => {
  const pauses: number[] = [];
  for (let page = 0; page < 8; page++)
    pauses.push(await pauseAfter(t, (response) => response.writeHead(503, { 'retry-after': '30' }).end('{}')));
  t.ok(Math.min(...pauses) >= 30_000 && new Set(pauses).size > 1, pauses.join());
});

test('Retry-After is waited for', async (t) => {
  const api = await follow(t, (response, _token, count) => {
    if (count > 1) return void response.writeHead(200, STREAM).write(HELLO);
    response.writeHead(503, { 'retry-after': '3' }).end('{}');
  });
  await api.shows('open');
  const [first, second] = api.requests;
  t.ok((second?.at ?? 0) - (first?.at ?? 0) >= 2_950);
});

test('an API that refuses every token is left in peace', async (t) => {
  const api = await follow(t, (response) => {
    response.writeHead(200, STREAM).end(HELLO + refused(401, 'ERR_TOKEN_REVOKED'));
  });
  await api.shows('refused', 4);
  const pauses = api.requests.slice(1).map(({ at }, index) => at - (api.requests[index]?.at ?? 0));
  t.ok((pauses[1] ?? 0) >= 1_000 && (pauses[2] ?? 0) >= 2_000, `pauses that grow: ${pauses.join(', ')}`);
});

test('without a session it is over, and nothing is sent', async (t) => {
  const site = await startSite(t);
  const api = await follow(t, accepting('one'), { keeper: new SessionKeeper(`${site.url}/auth`, null) });
  await api.done;
  t.same(api.states, [{ state: 'connecting' }, { state: 'over' }]);
  t.same(api.requests, []);
});

test('when it is ended, the connection is too, and nothing more is sent or told', async (t) => {
  for (const when of ['open', 'waiting'] as const) {
    const closed = Promise.withResolvers<void>();
    const api = await follow(t, (response) => {
      response.on('close', closed.resolve);
      if (when === 'open') response.writeHead(200, STREAM).write(HELLO);
      else response.writeHead(503).end();
    });
    await api.shows(when);
    const told = api.states.length;
    api.end.abort();
    await Promise.all([api.done, closed.promise]);
    t.equal(api.states.length, told);
    t.equal(api.requests.length, 1, when);
  }
});

test('a listener that throws makes an uncaught error, and the stream stays open', async (t) => {
  const mistake = new Error('a mistake in the page');
  const uncaught = Promise.withResolvers<unknown>();
  const { queueMicrotask: asEver } = globalThis;
  t.teardown(() => {
    globalThis.queueMicrotask = asEver;
  });
  globalThis.queueMicrotask = (task) => {
    try {
      task();
    } catch (error) {
      uncaught.resolve(error);
    }
  };
  const api = await follow(t, (response) => response.writeHead(200, STREAM).write(HELLO + HELLO), {
    onEvent() {
      throw mistake;
    },
  });
  t.equal(await uncaught.promise, mistake);
  await api.heard(2);
  t.same(api.states.at(-1), { state: 'open' });
  t.equal(api.requests.length, 1);
});

test('what is no stream is not read as one', async (t) => {
  const api = await follow(t, (response) => response.writeHead(200, { 'content-type': 'text/html' }).end(HELLO));
  await api.done;
  t.match(api.states.at(-1), { state: 'over' });
  t.same(api.events, []);
});

test('an event that comes in pieces is one', async (t) => {
  const bytes = Buffer.from('event: note\ndata: "grüße"\n\n');
  const api = await follow(t, async (response) => {
    response.writeHead(200, STREAM);
    for (const byte of bytes) if (!response.write(Buffer.from([byte]))) await once(response, 'drain');
    response.write(refused(403, 'ERR_ENOUGH'));
  });
  await api.done;
  t.match(api.events[0], { event: 'note', data: '"grüße"' });
});
