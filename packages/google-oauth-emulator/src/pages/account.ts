import type { User } from '../people.ts';
import { type Html, html, nothing } from './html.ts';
import { PORTRAIT_PATH } from './paths.ts';

const COLOURS = ['#0b6b5d', '#7a3e9d', '#b3431a', '#1f5fa8', '#8a1f4b', '#4b6318'];

export function account(user: User, remark?: string): Html {
  const source = `${PORTRAIT_PATH}?user=${encodeURIComponent(user.sub)}`;
  return html`<img src="${source}" width="40" height="40" alt=""><span><strong>${user.name}</strong> <small>${user.email}</small></span>${remark === undefined ? nothing : html` <em>${remark}</em>`}`;
}

/** A disc with the person's initial. */
export function portrait(user: User): Html {
  const colour = COLOURS[[...user.sub].reduce((sum, digit) => sum + digit.charCodeAt(0), 0) % COLOURS.length] ?? '#555';
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="96" height="96"><circle cx="48" cy="48" r="48" fill="${colour}"/><text x="48" y="64" font-family="sans-serif" font-size="46" fill="#fff" text-anchor="middle">${([...user.name][0] ?? '?').toUpperCase()}</text></svg>
`;
}
