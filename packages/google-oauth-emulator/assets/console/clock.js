import { control } from './control.js';
import { at, make, onChange } from './dom.js';

/** @typedef {{ now: number, aheadMs: number }} Time */

const STEPS = /** @type {const} */ ([
  [-3_600_000, '1 hour back'],
  [-60_000, '1 minute back'],
  [60_000, '1 minute ahead'],
  [3_600_000, '1 hour ahead'],
  [86_400_000, '1 day ahead'],
]);

/** Builds the buttons. */
export function buildClock() {
  const steps = STEPS.map(([advanceMs, label], index) =>
    control({
      id: `clock-step-${index}`,
      label,
      request: { method: 'POST', path: '/__emulator/clock', body: { advanceMs } },
      done: `The clock is moved: ${label}.`,
    }),
  );
  const reset = control({
    id: 'clock-reset',
    label: 'As the machine’s',
    request: { method: 'DELETE', path: '/__emulator/clock' },
    done: 'The clock is the machine’s again.',
  });
  at('clock-controls').append(...[...steps, reset].map((one) => make('li', {}, one)));
}

/** @param {Time} time */
export function showClock({ now, aheadMs }) {
  const second = Math.floor(now / 1000) * 1000;
  showTime(second);
  showDistance(aheadMs);
}

const showTime = onChange((/** @type {number} */ now) => {
  const time = at('clock-time');
  const date = new Date(now);
  time.setAttribute('datetime', date.toISOString());
  time.textContent = date.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
});

const showDistance = onChange((/** @type {number} */ aheadMs) => {
  at('clock-ahead').textContent =
    aheadMs === 0
      ? 'the machine’s time'
      : `${duration(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'} the machine`;
});

/** @param {number} ms */
function duration(ms) {
  const parts = /** @type {const} */ ([
    ['day', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1000],
    ['ms', 1],
  ]);
  let left = ms;
  const said = [];
  for (const [unit, length] of parts) {
    const count = Math.floor(left / length);
    left -= count * length;
    if (count > 0) said.push(`${count} ${unit === 'day' && count > 1 ? 'days' : unit}`);
  }
  return said.join(' ');
}
