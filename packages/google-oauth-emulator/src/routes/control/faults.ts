import { json } from '../../http/answer.ts';
import type { Route } from '../../http/route.ts';
import { guarded } from './guard.ts';

/** The fault switches. */
export const faultRoutes: readonly Route[] = [
  guarded('GET', '/__emulator/faults', (_body, { faults }) => json(200, { faults: faults.control.active() })),
  guarded('POST', '/__emulator/faults', (body, { faults }) => {
    faults.set(body);
    return json(200, {});
  }),
  guarded('DELETE', '/__emulator/faults', (_body, { faults }, { query }) => {
    faults.control.clear(query.get('path') ?? undefined);
    return json(200, {});
  }),
];
