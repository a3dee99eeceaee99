import type { User } from '../people.ts';
import { describeScope, isIdentityScope } from '../scopes.ts';
import type { Transaction } from '../sessions.ts';
import { account } from './account.ts';
import { type Html, html, nothing } from './html.ts';
import { layout } from './layout.ts';
import { CONSENT_PATH } from './paths.ts';

/** Sign-in scopes as one block, every other scope with a box of its own (Google's granular consent). */
export function consentPage({ id, request }: Transaction, user: User): Html {
  const app = request.appName;
  const identity = request.scopes.filter(isIdentityScope);
  const others = request.scopes.filter((scope) => !isIdentityScope(scope));
  return layout(
    `Consent for ${app}`,
    html`<h1>${others.length === 0 ? html`Sign in to ${app}` : html`${app} wants access to your account`}</h1>
<p class="account">${account(user)}</p>
<form method="post" action="${CONSENT_PATH}">
<input type="hidden" name="transaction" value="${id}">
${
  identity.length === 0
    ? nothing
    : html`<h2>${app} will be able to</h2>
<ul class="plain scopes">
${identity.map(
  (scope) => html`<li><span class="tick" aria-hidden="true">✓</span><span>${describeScope(scope)}</span></li>
`,
)}</ul>`
}
${
  others.length === 0
    ? nothing
    : html`<h2 id="choose">Select what ${app} can access</h2>
<ul class="plain scopes" aria-labelledby="choose">
${others.map(box)}</ul>`
}
<div class="actions">
<button class="button first" name="decision" value="allow">Continue</button>
<button class="button" name="decision" value="deny">Cancel</button>
</div>
</form>`,
  );
}

/** Ticked at first, which spares developers a click; Google leaves them empty. */
function box(scope: string, index: number): Html {
  const id = `scope-${index}`;
  const description = describeScope(scope);
  return html`<li><input type="checkbox" id="${id}" name="scope" value="${scope}" checked><label for="${id}">${description}${description === scope ? nothing : html`<small class="code">${scope}</small>`}</label></li>
`;
}
