import fc from 'fast-check';
import { test } from 'tap';
import { tokenKey } from '../src/token-key.ts';
import { TokenTable } from '../src/token-table.ts';

type Step = { readonly do: 'set' | 'use' | 'delete'; readonly token: number };

const steps = (tokens: number) =>
  fc.array(
    fc.record<Step>({
      do: fc.constantFrom('set', 'set', 'use', 'delete'),
      token: fc.nat({ max: tokens - 1 }),
    }),
    { maxLength: 300 },
  );

/** A Map that is told of each use is an LRU: the first of it leaves. */
function runBoth(table: TokenTable<Step>, model: Map<string, [Step, number]>, max: number, all: readonly Step[]): void {
  for (const [at, step] of all.entries()) {
    const key = tokenKey(`ya29.${step.token}`);
    if (step.do === 'delete') {
      table.delete(key);
      model.delete(key);
    } else if (step.do === 'set') {
      table.set(key, step, { statedAt: at, endsAt: -at, tag: at + 0.5 });
      if (!model.delete(key) && model.size === max) model.delete(model.keys().next().value ?? '');
      model.set(key, [step, at]);
    } else {
      const place = table.find(key);
      const known = model.get(key);
      if (place !== -1) table.use(place);
      if (model.delete(key) && known) model.set(key, known);
    }
  }
}

function hasNumbers(table: TokenTable<object>, place: number, at: number): boolean {
  return table.statedAt(place) === at && table.endsAt(place) === -at && table.tagAt(place) === at + 0.5;
}

function isSame(table: TokenTable<Step>, model: ReadonlyMap<string, [Step, number]>, tokens: number): boolean {
  for (let token = 0; token < tokens; token++) {
    const key = tokenKey(`ya29.${token}`);
    const place = table.find(key);
    const [step, at] = model.get(key) ?? [];
    if (
      place === -1 ? step !== undefined : table.valueAt(place) !== step || !hasNumbers(table, place, at ?? Number.NaN)
    )
      return false;
  }
  return table.size === model.size;
}

test('holds what a Map would hold, whatever is set, used and deleted', (t) => {
  const property = fc.property(steps(40), (all) => {
    const table = new TokenTable<Step>(40);
    const model = new Map<string, [Step, number]>();
    runBoth(table, model, 40, all);
    return isSame(table, model, 40);
  });
  fc.assert(property, { numRuns: 500 });
  t.end();
});

test('grows as long as it may, and loses nothing on the way', (t) => {
  const table = new TokenTable<{ readonly token: number }>(20_000);
  const keys = Array.from({ length: 20_001 }, (_, token) => tokenKey(`ya29.${token}`));
  const isAsSet = (key: string, token: number): boolean => {
    const place = table.find(key);
    return table.valueAt(place)?.token === token && hasNumbers(table, place, token);
  };
  for (const [token, key] of keys.entries()) {
    if (token === 20_000) t.ok(keys.slice(0, -1).every(isAsSet));
    table.set(key, { token }, { statedAt: token, endsAt: -token, tag: token + 0.5 });
  }
  t.equal(table.size, 20_000);
  t.equal(keys.filter(isAsSet).length, 20_000);
  t.end();
});

test('what is full and small lets go of what was used least lately', (t) => {
  const property = fc.property(fc.integer({ min: 1, max: 64 }), steps(90), (max, all) => {
    const table = new TokenTable<Step>(max);
    const model = new Map<string, [Step, number]>();
    runBoth(table, model, max, all);
    return isSame(table, model, 90);
  });
  fc.assert(property, { numRuns: 500 });
  t.end();
});

test('what is full and large keeps what is used', (t) => {
  const table = new TokenTable<Step>(1_000);
  const value: Step = { do: 'set', token: 0 };
  const often = Array.from({ length: 300 }, (_, index) => tokenKey(`often ${index}`));
  const numbers = { statedAt: 0, endsAt: 0, tag: 0 };
  for (const key of often) table.set(key, value, numbers);
  for (let round = 0; round < 20; round++) {
    for (const key of often) {
      const place = table.find(key);
      if (place !== -1) table.use(place);
    }
    for (let once = 0; once < 100; once++) table.set(tokenKey(`once ${round} ${once}`), value, numbers);
    t.ok(table.size <= 1_000);
  }
  t.equal(table.size, 1_000);
  t.same(
    often.filter((key) => table.find(key) === -1),
    [],
  );
  t.end();
});
