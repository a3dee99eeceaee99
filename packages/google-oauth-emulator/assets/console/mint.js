import { written } from './api.js';
import { act, copyButton } from './control.js';
import { at, field, fill, make, onChange, select } from './dom.js';
import { COMMON_SCOPES, shortScope } from './scopes.js';

/** @typedef {import('./api.js').ControlRequest} ControlRequest */

const KINDS = /** @type {const} */ ([
  ['user', 'a person’s token'],
  ['delegation', 'a service account in a person’s name'],
  ['service-account', 'a service account’s own'],
]);

const kind = select('mint-kind', KINDS);
const person = make('select', { id: 'mint-user' });
const client = make('select', { id: 'mint-client' });
const others = make('input', { id: 'mint-others', autocomplete: 'off', spellcheck: 'false' });
const lifetime = make('input', { id: 'mint-lifetime', type: 'number', min: '1', max: '86400', required: true });
const scopes = COMMON_SCOPES.map(([scope, ticked], index) => ({
  scope,
  box: make('input', { type: 'checkbox', id: `mint-scope-${index}`, checked: ticked }),
}));
const preview = make('code', { class: 'request', id: 'mint-request' });

/** Builds the form; from then on it shows the request that it would send. */
export function buildMintForm() {
  const form = at('mint-form');
  form.append(
    make('div', { class: 'fields' }, field('Kind', kind), field('Person', person)),
    field('Client (aud)', client),
    make(
      'fieldset',
      {},
      make('legend', {}, 'Scopes'),
      ...scopes.map(({ scope, box }) =>
        make('span', { class: 'tick-box' }, box, make('label', { for: box.id }, shortScope(scope))),
      ),
    ),
    make(
      'div',
      { class: 'fields' },
      field('More scopes, apart by spaces', others),
      field('Lifetime in seconds', lifetime),
    ),
    make('div', { class: 'control' }, make('button', { class: 'button first' }, 'Mint token'), preview),
  );
  form.addEventListener('input', showRequest);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const answer = await act(request(), 'A token is minted.');
    if (answer !== undefined) showToken(answer);
  });
}

/** The people to choose from. */
export const offerPeople = onChange((/** @type {{ sub: string, email: string }[]} */ people) => {
  offer(
    person,
    people.map(({ sub, email }) => [sub, email]),
  );
});

/** The clients to choose from. */
export const offerClients = onChange((/** @type {{ id: string }[]} */ clients) => {
  offer(
    client,
    clients.map(({ id }) => [id, id]),
  );
});

/** @param {number} seconds lifetime that tokens have by default */
export function offerLifetime(seconds) {
  lifetime.value = String(seconds);
  showRequest();
}

/**
 * @param {HTMLSelectElement} place
 * @param {[value: string, label: string][]} options
 */
function offer(place, options) {
  const chosen = place.value;
  fill(
    place,
    options.map(([value, label]) => make('option', { value, selected: value === chosen }, label)),
  );
  showRequest();
}

/** @returns {ControlRequest} */
function request() {
  const ticked = scopes.filter(({ box }) => box.checked).map(({ scope }) => scope);
  const more = others.value.split(/\s+/).filter((scope) => scope !== '');
  const own = kind.value === 'service-account';
  return {
    method: 'POST',
    path: '/__emulator/tokens',
    body: {
      ...(kind.value === 'user' ? { client: client.value } : { kind: kind.value }),
      ...(own ? {} : { user: person.value }),
      scopes: [...ticked, ...more],
      lifetimeS: Number(lifetime.value),
    },
  };
}

function showRequest() {
  client.disabled = kind.value !== 'user';
  person.disabled = kind.value === 'service-account';
  preview.textContent = written(request());
}

/** @param {{ access_token: string, expires_in: number, scope: string }} answer */
function showToken({ access_token: token, expires_in: seconds, scope }) {
  const output = make('input', { id: 'minted-token', readonly: true, value: token, spellcheck: 'false' });
  at('minted').replaceChildren(
    field('Access token', output),
    make(
      'p',
      { class: 'soft' },
      `Good for ${seconds} s; ${scope === '' ? 'no scopes' : scope.split(' ').map(shortScope).join(', ')}.`,
    ),
    copyButton('Copy token', output),
  );
}
