import { withQuery } from './api.js';
import { act, control, shown } from './control.js';
import { at, field, fill, make, select } from './dom.js';
import { KINDS } from './fault-kinds.js';

/** @typedef {import('./api.js').ControlRequest} ControlRequest */
/** @typedef {{ path: string, kind: string, times?: number } & Record<string, unknown>} Fault */

const FAULTS = '/__emulator/faults';
const ALL = /** @type {const} */ (['*', 'every endpoint']);

const where = select('fault-path', [ALL]);
const times = make('input', { id: 'fault-times', type: 'number', min: '1', placeholder: 'until switched off' });

/** @type {readonly Fault[]} */
let active = [];

/**
 * Builds what does not change: where, how often, and the form for any fault.
 *
 * @param {readonly { path: string }[]} endpoints
 */
export function buildFaults(endpoints) {
  const paths = [...new Set(endpoints.map(({ path }) => path))];
  where.append(...paths.map((path) => make('option', { value: path }, path)));
  at('faults-where').append(field('Where', where), field('For how many requests', times));
  for (const input of [where, times]) input.addEventListener('input', showSwitches);
  buildAnyFault();
  showSwitches();
}

/** @param {readonly Fault[]} faults what is on, as the emulator says */
export function showFaults(faults) {
  if (JSON.stringify(faults) === JSON.stringify(active)) return;
  active = faults;
  showSwitches();
  showActive();
}

function showSwitches() {
  const met = active.find(({ path }) => path === where.value);
  fill(
    at('faults-list'),
    KINDS.map((kind, index) => row(kind, index, met)),
  );
}

/**
 * @param {(typeof KINDS)[number]} kind
 * @param {number} index
 * @param {Fault | undefined} met the fault that is on for the chosen endpoint
 */
function row({ label, explanation, fault }, index, met) {
  const on = met !== undefined && isSame(fault, met);
  const request = on ? switchOff(where.value) : switchOn(fault);
  const id = `fault-switch-${index}`;
  const button = make(
    'button',
    {
      type: 'button',
      role: 'switch',
      class: 'switch',
      id,
      'aria-checked': String(on),
      'aria-describedby': `${id}-does`,
    },
    make('span', { class: 'track', 'aria-hidden': 'true' }),
    label,
  );
  button.addEventListener('click', () => act(request, on ? `Switched off: ${label}.` : `Switched on: ${label}.`));
  const text = make('p', { class: 'soft', id: `${id}-does` }, explanation);
  return make('li', {}, button, make('div', {}, text, shown(request)));
}

/** @param {Record<string, unknown>} fault */
function switchOn(fault) {
  const count = Number(times.value);
  const limit = Number.isInteger(count) && count > 0 ? { times: count } : {};
  return /** @type {ControlRequest} */ ({
    method: 'POST',
    path: FAULTS,
    body: { path: where.value, ...fault, ...limit },
  });
}

/** @param {string} path */
function switchOff(path) {
  return /** @type {ControlRequest} */ ({ method: 'DELETE', path: withQuery(FAULTS, { path }) });
}

/**
 * Whether a fault that is on is this one, wherever and however often it happens.
 *
 * @param {Record<string, unknown>} wanted
 * @param {Fault} fault
 */
function isSame(wanted, { path: _path, times: _times, ...details }) {
  const full = wanted.kind === 'status' ? { headers: {}, ...wanted } : wanted;
  const names = new Set([...Object.keys(full), ...Object.keys(details)]);
  return [...names].every((name) => JSON.stringify(Reflect.get(full, name)) === JSON.stringify(details[name]));
}

/** What is on, whoever switched it on. */
function showActive() {
  const place = at('faults-on');
  if (active.length === 0) return fill(place, []);
  const rows = active.map((fault, index) => {
    const endpoint = fault.path === ALL[0] ? ALL[1] : fault.path;
    const what = described(fault);
    const left = fault.times === undefined ? '' : ` (${fault.times} more)`;
    const off = control({
      id: `fault-off-${index}`,
      label: 'Switch off',
      name: `Switch off ${what} for ${endpoint}`,
      request: switchOff(fault.path),
      done: `Switched off: ${what}.`,
    });
    return make('li', {}, make('strong', {}, what), ` for ${endpoint}${left}`, off);
  });
  const request = /** @type {const} */ ({ method: 'DELETE', path: FAULTS });
  const all = control({ id: 'faults-clear', label: 'Switch all off', request, done: 'No fault is on.' });
  fill(place, [make('div', { class: 'on' }, make('h3', {}, 'On now'), make('ul', { class: 'plain' }, ...rows), all)]);
}

/** @param {Fault} fault */
function described(fault) {
  const known = KINDS.find(({ fault: one }) => isSame(one, fault));
  if (known !== undefined) return known.label;
  const { path: _path, times: _times, kind, ...details } = fault;
  const more = Object.entries(details).filter(([, value]) => JSON.stringify(value) !== '{}');
  return [kind, ...more.map(([name, value]) => `${name} ${JSON.stringify(value)}`)].join(', ');
}

/** For what no switch offers: the README lists every kind with its fields. */
function buildAnyFault() {
  const form = at('fault-form');
  const text = make('textarea', { id: 'fault-json', rows: '7', spellcheck: 'false', required: true });
  text.value = JSON.stringify({ path: '/token', kind: 'status', status: 500, times: 1 }, null, 2);
  const preview = make('code', { class: 'request' }, `POST ${FAULTS}`);
  form.append(
    field('The fault, as JSON', text),
    make('div', { class: 'control' }, make('button', { class: 'button' }, 'Switch on'), preview),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const body = parse(text.value);
    text.setCustomValidity(body === undefined ? 'This is not a JSON object.' : '');
    if (text.reportValidity() && body !== undefined) act({ method: 'POST', path: FAULTS, body }, 'Switched on.');
  });
  text.addEventListener('input', () => text.setCustomValidity(''));
}

/**
 * @param {string} text
 * @returns {Record<string, unknown> | undefined}
 */
function parse(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
