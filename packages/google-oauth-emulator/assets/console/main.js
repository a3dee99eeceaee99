import { send } from './api.js';
import { buildCalls, READ_CALLS, showCalls } from './calls.js';
import { showClients } from './clients.js';
import { buildClock, showClock } from './clock.js';
import { changes } from './control.js';
import { at, make } from './dom.js';
import { buildFaults, showFaults } from './faults.js';
import { buildMintForm, offerClients, offerLifetime, offerPeople } from './mint.js';
import { showPeople } from './people.js';

const EVERY_MS = 1000;

/** @param {string} path */
const get = (path) => send({ method: 'GET', path });

/** How many looks were begun. */
let looks = 0;

async function showAll() {
  looks += 1;
  const number = looks;
  const [{ users }, { faults }, time, { calls }] = await Promise.all([
    get('/__emulator/users'),
    get('/__emulator/faults'),
    get('/__emulator/clock'),
    send(READ_CALLS),
  ]);
  // Somebody's doing has begun a newer one meanwhile: what this one has seen may be from before it.
  if (number !== looks) return;
  showPeople(users);
  offerPeople(users);
  showFaults(faults);
  showClock(time);
  showCalls(calls);
}

/** @param {{ url: string, version: string, tokenLifetimeS: number, endpoints: { method: string, path: string }[] }} about */
function build({ url, version, tokenLifetimeS, endpoints }) {
  at('url').textContent = url;
  at('version').textContent = `· version ${version}`;
  buildMintForm();
  offerLifetime(tokenLifetimeS);
  buildClock();
  buildFaults(endpoints);
  buildCalls(endpoints);
  at('endpoints-list').append(
    ...endpoints.map(({ method, path }) => make('li', {}, make('code', {}, `${method} ${path}`))),
  );
}

/** @param {unknown} error undefined: all is well */
function showTrouble(error) {
  const place = at('trouble');
  if (error === undefined) place.replaceChildren();
  else if (place.childElementCount === 0) {
    place.append(make('p', { class: 'problem notice' }, 'The emulator does not answer. Is it still running?'));
  }
}

/** Looks again and again, one look at a time, and not while nobody sees the page. */
async function look() {
  try {
    if (!document.hidden) {
      await showAll();
      showTrouble(undefined);
    }
  } catch (error) {
    showTrouble(error);
  }
  setTimeout(look, EVERY_MS);
}

build(await get('/__emulator/about'));
const { clients } = await get('/__emulator/clients');
showClients(clients);
offerClients(clients);
changes.addEventListener('change', () => showAll().catch(showTrouble));
await look();
document.body.dataset.ready = '';
