import { test } from 'tap';
import { readLoad } from '../src/servers/wrk.ts';

const LOAD = { requestsPerS: 50_000.5, p50Ms: 0.6, p99Ms: 1.5, badStatuses: 0, failures: 0 };

test('what load.lua reports is found behind what wrk has to say itself', async (t) => {
  t.same(readLoad(JSON.stringify(LOAD)), LOAD);
  t.same(readLoad(`unable to create thread: {no}\n${JSON.stringify(LOAD)}`), LOAD);
});

test('what is no result is quoted', async (t) => {
  for (const stderr of [
    '',
    'load.lua:3: cannot open',
    '{"requestsPerS":nan}',
    JSON.stringify({ ...LOAD, p99Ms: null }),
  ]) {
    t.throws(() => readLoad(stderr), { message: `wrk reported no result, but: ${stderr}` });
  }
});
