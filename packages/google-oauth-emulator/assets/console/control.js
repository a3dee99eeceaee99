import { send, written } from './api.js';
import { at, make } from './dom.js';

/** @typedef {import('./api.js').ControlRequest} ControlRequest */

/** Told after every request of a control, so that all of the page shows what it changed. */
export const changes = new EventTarget();

/** What was said goes after a while, so that it covers nothing. The page shows the state itself. */
const SAID_FOR_MS = 8000;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let going;

/**
 * Says something to everybody, also to those who hear the page.
 *
 * @param {string} text
 */
export function say(text) {
  clearTimeout(going);
  at('said').replaceChildren(make('p', {}, text));
  going = setTimeout(() => at('said').replaceChildren(), SAID_FOR_MS);
}

/**
 * Sends a request, and says what came of it.
 *
 * @param {ControlRequest} request
 * @param {string} done what is said when it worked
 * @returns {Promise<any>} the answer, or undefined when it was refused
 */
export async function act(request, done) {
  try {
    const answer = await send(request);
    say(done);
    changes.dispatchEvent(new Event('change'));
    return answer;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

/**
 * The request that a control sends, as text beside it.
 *
 * @param {ControlRequest} request
 */
export function shown(request) {
  return make('code', { class: 'request' }, written(request));
}

/**
 * A button and its request.
 *
 * @param {{ id: string, label: string, request: ControlRequest, done: string, name?: string }} control `name` is what
 *   the button is called where its label alone says too little
 */
export function control({ id, label, request, done, name }) {
  const button = make('button', { type: 'button', class: 'button', id, 'aria-label': name }, label);
  button.addEventListener('click', () => act(request, done));
  return make('div', { class: 'control' }, button, shown(request));
}

/**
 * A button that copies a text. Where the page may not use the clipboard it selects the field that holds the text.
 *
 * @param {string} label
 * @param {HTMLInputElement} source
 */
export function copyButton(label, source) {
  const button = make('button', { type: 'button', class: 'button' }, label);
  button.addEventListener('click', async () => {
    source.select();
    try {
      await navigator.clipboard.writeText(source.value);
      say('Copied.');
    } catch {
      source.focus();
      say('It is selected: copy it with your keyboard.');
    }
  });
  return button;
}
