import { send, withQuery } from './api.js';
import { copyButton, say, shown } from './control.js';
import { at, field, fill, make, onChange } from './dom.js';

/**
 * @typedef {object} Client
 * @property {string} id
 * @property {'web' | 'desktop'} type
 * @property {string[]} redirectUris
 * @property {string[]} javascriptOrigins
 * @property {string} project
 * @property {boolean} hasSecret
 */

/** Shows the clients, without their secrets. */
export const showClients = onChange((/** @type {Client[]} */ clients) => {
  fill(at('clients-list'), clients.map(row));
});

/**
 * @param {Client} client
 * @param {number} index
 */
function row(client, index) {
  const { id, type, redirectUris, javascriptOrigins, project, hasSecret } = client;
  const uris = type === 'desktop' ? ['any port and path of loopback', ...redirectUris] : redirectUris;
  return make(
    'li',
    {},
    make(
      'dl',
      {},
      ...entry('Client id', [id]),
      ...entry('Type', [`${type}, project ${project}`]),
      ...entry('Redirect URIs', uris),
      ...(javascriptOrigins.length === 0 ? [] : entry('Popups from', javascriptOrigins)),
    ),
    hasSecret ? secret(id, index) : make('p', { class: 'soft' }, 'It has no secret.'),
  );
}

/**
 * @param {string} name
 * @param {string[]} values
 */
function entry(name, values) {
  return [make('dt', {}, name), ...values.map((value) => make('dd', {}, make('code', {}, value)))];
}

/**
 * The secret, once somebody asks for it.
 *
 * @param {string} client
 * @param {number} index
 */
function secret(client, index) {
  const request = /** @type {const} */ ({ method: 'GET', path: withQuery('/__emulator/clients/secret', { client }) });
  const place = make('div', { class: 'secret' });
  const id = `client-secret-${index}`;
  const button = make(
    'button',
    { type: 'button', class: 'button', id, 'aria-expanded': 'false', 'aria-label': `Show secret of ${client}` },
    'Show secret',
  );
  /** @param {boolean} open */
  const label = (open) => {
    const text = open ? 'Hide secret' : 'Show secret';
    button.textContent = text;
    button.setAttribute('aria-label', `${text} of ${client}`);
    button.setAttribute('aria-expanded', String(open));
  };
  button.addEventListener('click', async () => {
    if (button.getAttribute('aria-expanded') === 'true') {
      place.replaceChildren();
      return label(false);
    }
    try {
      const { client_secret: value } = await send(request);
      const output = make('input', { id: `${id}-value`, readonly: true, value, spellcheck: 'false' });
      place.replaceChildren(field('Client secret', output), copyButton('Copy secret', output));
      label(true);
    } catch (error) {
      say(String(error));
    }
  });
  return make('div', {}, make('div', { class: 'control' }, button, shown(request)), place);
}
