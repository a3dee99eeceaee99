import { test } from 'tap';
import { readLookupBudget } from '../src/lookup-budget/options.ts';
import { RefusalCount } from '../src/lookup-budget/refusal-count.ts';

function makeCount(refused: number): RefusalCount {
  const settings = readLookupBudget({ refused });
  if (settings === undefined) throw new Error('there is to be a budget');
  return new RefusalCount(settings);
}

test('a flood from ever new addresses makes it forget the least active clients, and no others', async (t) => {
  const count = makeCount(2);
  await count.add('quiet');
  await count.add('busy');
  await count.add('busy');
  for (let i = 0; i < 30_000; i++) {
    await count.add(`stranger-${i}`);
    if (i % 1000 === 0) t.equal((await count.left('busy')).points, 0);
  }
  t.equal((await count.left('busy')).points, 0);
  t.equal((await count.left('quiet')).points, 2, 'forgotten');
  t.equal((await count.left('stranger-0')).points, 2, 'forgotten');
  t.equal((await count.left('stranger-29999')).points, 1);
});

test('asking what is left costs nothing, and keeps nobody in mind', async (t) => {
  const count = makeCount(2);
  for (let i = 0; i < 10; i++) t.strictSame(await count.left('asker'), { points: 2, resetMs: 0 });
  await count.add('asker');
  const { points, resetMs } = await count.left('asker');
  t.equal(points, 1);
  t.ok(resetMs > 0 && resetMs <= 60_000);
});
