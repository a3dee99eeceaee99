import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '@google-bearer/test-kit/eventually';
import t, { test } from 'tap';
import { spawnStack, startStack } from './support/stack.ts';
import { WITH_BUILD_MS } from './support/time-limit.ts';

const SOURCE = join(import.meta.dirname, '../../apps/api/src/main.ts');

t.setTimeout(WITH_BUILD_MS);

test('dev: the API starts anew when one of its sources changes, and the page is there', async (t) => {
  const stack = await startStack(t, { dev: true });
  const [, webUrl = ''] = await stack.said(/Open {2}(http:\/\/localhost:\d+) /);
  const [, apiUrl = ''] = await stack.said(/API {2,}(http:\S+)\/docs/);
  const page = await fetch(webUrl);
  t.equal(page.status, 200);
  t.match(await page.text(), 'Sign in with Google');
  t.notMatch(stack.output(), /Restarting/);
  for (const time of ['first', 'second']) {
    const before = stack.output().length;
    // A new time and the same content: nothing for git to see.
    await utimes(SOURCE, new Date(), new Date());
    await eventually(`the ${time} start`, () => /Restarting[\s\S]*listening/.test(stack.output().slice(before)));
    t.equal((await fetch(`${apiUrl}/readyz`)).status, 200);
  }
  t.equal(await stack.stop('SIGINT'), 0);
});

test('dev: says at once why the API does not start, though its watcher waits for a change', async (t) => {
  const stack = await spawnStack(t, { dev: true, env: { LOG_LEVEL: 'loud' } });
  t.equal(await stack.exited, 1);
  t.match(stack.output(), /LOG_LEVEL: /);
  t.match(stack.output(), /api did not start; its own words are above/);
});
