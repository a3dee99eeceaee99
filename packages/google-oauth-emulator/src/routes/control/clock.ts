import { nothingElse, record, wholeNumber } from '../../checks.ts';
import type { Clock } from '../../clock.ts';
import { type Answer, json } from '../../http/answer.ts';
import type { Route } from '../../http/route.ts';
import { guarded } from './guard.ts';

/** The emulator's time. */
export const clockRoutes: readonly Route[] = [
  guarded('GET', '/__emulator/clock', (_body, { clock }) => timeOf(clock)),
  guarded('POST', '/__emulator/clock', (body, { clock }) => {
    const { advanceMs, ...rest } = record('clock', body);
    nothingElse('clock', rest);
    const limit = Number.MAX_SAFE_INTEGER;
    clock.advance(wholeNumber('advanceMs', advanceMs, -limit, limit));
    return timeOf(clock);
  }),
  guarded('DELETE', '/__emulator/clock', (_body, { clock }) => {
    clock.reset();
    return timeOf(clock);
  }),
];

function timeOf(clock: Clock): Answer {
  return json(200, { now: clock.now(), aheadMs: clock.aheadMs() });
}
