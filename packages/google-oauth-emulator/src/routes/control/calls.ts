import { wholeNumber } from '../../checks.ts';
import { json } from '../../http/answer.ts';
import type { Route } from '../../http/route.ts';
import { guarded } from './guard.ts';

/** The call log. */
export const callRoutes: readonly Route[] = [
  guarded('GET', '/__emulator/calls', (_body, { calls }, { query }) => {
    const last = query.get('last');
    if (last === null) return json(200, { calls: calls.log });
    const count = wholeNumber('last', /^\d+$/.test(last) ? Number(last) : last, 1, 10_000);
    return json(200, { calls: calls.log.slice(-count) });
  }),
  guarded('DELETE', '/__emulator/calls', (_body, { calls }) => {
    calls.log.clear();
    return json(200, {});
  }),
];
