import t from 'tap';
import type { GoogleEmulator } from '../src/index.ts';
import { start } from './browser.ts';

async function kidsOf({ url }: GoogleEmulator): Promise<string> {
  return (await (await fetch(`${url}/oauth2/v3/certs`)).text()).match(/"kid": *"[0-9a-f]{40}"/g)?.join() ?? '';
}

t.test('no two that run sign with the same keys; who is closed leaves them to the next', async (t) => {
  const [first, second] = [await start(t), await start(t)];
  const [ofFirst, ofSecond] = [await kidsOf(first), await kidsOf(second)];
  t.equal(new Set(`${ofFirst},${ofSecond}`.split(',')).size, 4);
  await first.close();
  await first.close();
  const [third, fourth] = [await start(t), await start(t)];
  t.equal(await kidsOf(third), ofFirst);
  t.not(await kidsOf(fourth), ofFirst, 'to one of them only');
});
