import { act, shown } from './control.js';
import { at, field, make, onChange, select } from './dom.js';

/**
 * @typedef {object} Call
 * @property {string} method
 * @property {string} path
 * @property {number} at
 * @property {number} [status]
 * @property {'header' | 'form' | 'query'} [tokenForm]
 * @property {string} [tokenSha256]
 * @property {string} [grantType]
 * @property {string} [fault]
 */

/** @type {import('./api.js').ControlRequest} */
export const READ_CALLS = { method: 'GET', path: '/__emulator/calls?last=200' };
/** @type {import('./api.js').ControlRequest} */
const CLEAR_CALLS = { method: 'DELETE', path: '/__emulator/calls' };

const pause = make('button', { type: 'button', class: 'button', id: 'calls-pause', 'aria-pressed': 'false' }, 'Pause');
const clear = make('button', { type: 'button', class: 'button', id: 'calls-clear' }, 'Clear');
const filter = select('calls-filter', [['', 'every endpoint']]);

/** @type {readonly Call[]} */
let latest = [];

/**
 * Builds the controls of the table.
 *
 * @param {readonly { path: string }[]} endpoints
 */
export function buildCalls(endpoints) {
  const paths = [...new Set(endpoints.map(({ path }) => path)), '(unknown)'];
  filter.append(...paths.map((path) => make('option', { value: path }, path)));
  filter.addEventListener('input', () => showRows(chosen()));
  pause.addEventListener('click', () => pause.setAttribute('aria-pressed', String(!isPaused())));
  clear.addEventListener('click', () => act(CLEAR_CALLS, 'The list of calls is empty.'));
  at('calls-controls').append(
    field('Show', filter),
    make('div', { class: 'control' }, pause, shown(READ_CALLS)),
    make('div', { class: 'control' }, clear, shown(CLEAR_CALLS)),
  );
}

/** @param {readonly Call[]} calls oldest first */
export function showCalls(calls) {
  // Clearing is somebody's own doing, and is seen although the table stands still.
  if (isPaused() && calls.length > 0) return;
  latest = calls;
  showRows(chosen());
}

function isPaused() {
  return pause.getAttribute('aria-pressed') === 'true';
}

/** @returns {Call[]} newest first */
function chosen() {
  return latest.filter(({ path }) => filter.value === '' || path === filter.value).reverse();
}

const showRows = onChange((/** @type {Call[]} */ calls) => {
  at('calls-rows').replaceChildren(...calls.map(row));
  at('calls-count').textContent =
    calls.length === 0 ? 'No calls yet.' : `${calls.length} ${calls.length === 1 ? 'call' : 'calls'}`;
});

/** @param {Call} call */
function row({ method, path, at: when, status, tokenForm, tokenSha256, grantType, fault }) {
  const time = new Date(when);
  const cells = [
    make('time', { datetime: time.toISOString() }, time.toLocaleTimeString('en-GB')),
    method,
    make('code', {}, path),
    make('span', { class: statusClass(status) }, status === undefined ? 'no answer' : String(status)),
    tokenSha256 === undefined
      ? ''
      : make('span', {}, make('code', {}, tokenSha256.slice(0, 8)), ` in the ${tokenForm}`),
    (grantType ?? '').replaceAll('_', ' '),
    fault ?? '',
  ];
  return make('tr', {}, ...cells.map((cell) => make('td', {}, cell)));
}

/** @param {number | undefined} status */
function statusClass(status) {
  return status === undefined || status >= 400 ? 'status bad' : 'status';
}
