import { withQuery } from './api.js';
import { control } from './control.js';
import { at, fill, make, onChange } from './dom.js';
import { shortScope } from './scopes.js';

/**
 * @typedef {object} Person
 * @property {string} sub
 * @property {string} email
 * @property {string} name
 * @property {boolean} emailVerified
 * @property {string} [hd]
 * @property {boolean} signedIn
 * @property {{ project: string, scopes: string[] }[]} grants
 */

/** Shows the people, who of them is signed in in this browser, and what they have granted. */
export const showPeople = onChange((/** @type {Person[]} */ people) => {
  fill(at('people-list'), people.map(row));
});

/** @param {Person} person */
function row(person) {
  const { sub, email, name, emailVerified, hd, signedIn } = person;
  const remarks = [
    ...(emailVerified ? [] : ['E-mail not verified']),
    ...(hd === undefined ? [] : [`Workspace ${hd}`]),
    ...(signedIn ? ['Signed in in this browser'] : []),
  ];
  return make(
    'li',
    {},
    make(
      'div',
      { class: 'account' },
      make('img', { src: withQuery('/portrait', { user: sub }), width: '40', height: '40', alt: '' }),
      make('span', {}, make('strong', {}, name), make('small', {}, email), make('small', {}, `sub ${sub}`)),
    ),
    make('p', { class: 'remarks' }, ...remarks.map((remark) => make('span', { class: 'badge' }, remark))),
    make('p', { class: 'soft' }, granted(person)),
    make(
      'div',
      { class: 'controls' },
      signedIn
        ? control({
            id: `session-${sub}`,
            label: 'Sign out',
            name: `Sign out ${name}`,
            request: { method: 'DELETE', path: '/__emulator/session' },
            done: 'Nobody is signed in in this browser any more.',
          })
        : control({
            id: `session-${sub}`,
            label: 'Sign in as',
            name: `Sign in as ${name}`,
            request: { method: 'POST', path: '/__emulator/session', body: { user: sub } },
            done: `${name} is signed in in this browser.`,
          }),
      control({
        id: `grant-${sub}`,
        label: 'End grant',
        name: `End grant of ${name}`,
        request: { method: 'DELETE', path: withQuery('/__emulator/grants', { user: sub }) },
        done: `The grant of ${name} is over: every token of it is dead.`,
      }),
    ),
  );
}

/** @param {Person} person */
function granted({ grants }) {
  if (grants.length === 0) return 'Nothing granted.';
  return grants
    .map(({ project, scopes }) =>
      scopes.length === 0
        ? `${project}: no scopes, minted tokens only`
        : `${project}: ${scopes.map(shortScope).join(', ')}`,
    )
    .join('; ');
}
