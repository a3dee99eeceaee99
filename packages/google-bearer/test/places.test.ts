import { setImmediate as breathe } from 'node:timers/promises';
import { type Test, test } from 'tap';
import { Deadline } from '../src/lookup/deadline.ts';
import { Places } from '../src/lookup/places.ts';
import { assertUnavailable, failure } from './fixtures/outcomes.ts';

/** Two places whose holders take so long by a clock that the test moves, and what has begun in them. */
function twoPlaces(t: Test, maxWaiting = 100) {
  let now = 1000;
  t.intercept(performance, 'now', { value: () => now });
  const places = new Places(2, maxWaiting);
  const begun: string[] = [];
  const endings = new Map<string, PromiseWithResolvers<void>>();
  return {
    begun,
    ask(name: string, timeoutMs = 1000): Promise<void> {
      const deadline = new Deadline(timeoutMs);
      t.teardown(() => deadline.end());
      const ending = Promise.withResolvers<void>();
      endings.set(name, ending);
      return places.run(() => {
        begun.push(name);
        return ending.promise;
      }, deadline);
    },
    async end(name: string): Promise<void> {
      endings.get(name)?.resolve();
      await breathe();
    },
    async fail(name: string): Promise<void> {
      endings.get(name)?.reject(new Error('failed'));
      await breathe();
    },
    pass(ms: number): void {
      now += ms;
    },
    /** Teaches it that an answer takes so long. */
    async learn(ms: number): Promise<void> {
      const taught = this.ask('taught', 1_000_000);
      this.pass(ms);
      await this.end('taught');
      await taught;
      begun.length = 0;
    },
  };
}

test('so many go on at once, the others in the order in which they came', async (t) => {
  const places = twoPlaces(t);
  const all = ['a', 'b', 'c', 'd'].map((name) => places.ask(name));
  t.same(places.begun, ['a', 'b']);
  await places.end('b');
  t.same(places.begun, ['a', 'b', 'c']);
  const failed = failure(all[0] ?? Promise.resolve());
  await places.fail('a');
  t.match(await failed, { message: 'failed' });
  t.same(places.begun, ['a', 'b', 'c', 'd'], 'a failure gives its place back too');
  for (const name of ['c', 'd']) await places.end(name);
  await Promise.all(all.slice(1));
});

test('who could not be answered in time is refused on arrival', async (t) => {
  const places = twoPlaces(t);
  await places.learn(400);
  // A second for each: at two places and 400 ms an answer, the third who waits would have its own after 1 000 ms.
  const waiting = ['a', 'b', 'c', 'd', 'e'].map((name) => places.ask(name, 1000));
  const refused = await failure(places.ask('f', 999));
  assertUnavailable(t, refused);
  t.match(refused.cause, { message: /too many lookups are waiting/ });
  t.same(places.begun, ['a', 'b'], 'and nobody is sent before it');
  for (const name of ['a', 'b', 'c', 'd', 'e']) await places.end(name);
  await Promise.all(waiting);
});

test('who has its turn too late for an answer leaves it to the next', async (t) => {
  const places = twoPlaces(t);
  await places.learn(400);
  const [a, b] = [places.ask('a', 10_000), places.ask('b', 10_000)];
  const late = failure(places.ask('late', 1000));
  const next = places.ask('next', 10_000);
  places.pass(601);
  await places.end('a');
  assertUnavailable(t, await late);
  t.same(places.begun, ['a', 'b', 'next']);
  for (const name of ['b', 'next']) await places.end(name);
  await Promise.all([a, b, next]);
});

test('no more wait than there is memory for', async (t) => {
  const places = twoPlaces(t, 1);
  const all = ['a', 'b', 'c'].map((name) => places.ask(name, 10_000));
  assertUnavailable(t, await failure(places.ask('d', 10_000)));
  for (const name of ['a', 'b', 'c']) await places.end(name);
  await Promise.all(all);
});

test('a turn that comes at the very moment of the deadline is the next one’s', async (t) => {
  const places = twoPlaces(t);
  const [a, b] = [places.ask('a', 10_000), places.ask('b', 10_000)];
  const late = failure(places.ask('late', 1));
  const next = places.ask('next', 10_000);
  assertUnavailable(t, await late);
  await places.end('a');
  t.same(places.begun, ['a', 'b', 'next']);
  for (const name of ['b', 'next']) await places.end(name);
  await Promise.all([a, b, next]);
});

test('a few slow answers among quick ones are reckoned with', async (t) => {
  const places = twoPlaces(t);
  for (let i = 0; i < 40; i++) await places.learn(i % 2 === 0 ? 100 : 500);
  const [a, b] = [places.ask('a', 10_000), places.ask('b', 10_000)];
  assertUnavailable(t, await failure(places.ask('c', 500)));
  for (const name of ['a', 'b']) await places.end(name);
  await Promise.all([a, b]);
});
