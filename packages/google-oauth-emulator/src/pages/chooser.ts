import type { User } from '../people.ts';
import type { Transaction } from '../sessions.ts';
import { account } from './account.ts';
import { type Html, html, nothing } from './html.ts';
import { layout } from './layout.ts';
import { CHOOSER_PATH } from './paths.ts';

export interface Chooser {
  readonly transaction: Transaction;
  readonly people: readonly User[];
  readonly problem?: string | undefined;
  /** What stands in the field for another account. */
  readonly typed?: string | undefined;
}

export function chooserPage({ transaction, people, problem, typed }: Chooser): Html {
  const { request, session } = transaction;
  const hidden = html`<input type="hidden" name="transaction" value="${transaction.id}">`;
  const cards = people.map((user) => {
    const remark = session.users.has(user) ? 'Signed in' : 'Signed out';
    return html`<li><button class="account" name="user" value="${user.sub}">${account(user, remark)}</button></li>
`;
  });
  const address = typed ?? request.loginHint ?? '';
  const open = address !== '' || problem !== undefined;
  return layout(
    'Choose an account',
    html`<h1>Choose an account</h1>
<p class="soft">to continue to <strong>${request.appName}</strong></p>
${problem === undefined ? nothing : html`<p class="problem" role="alert" id="problem">${problem}</p>`}
<form method="post" action="${CHOOSER_PATH}">
${hidden}
<ul class="plain">
${cards}</ul>
</form>
<details${open ? html` open` : nothing}>
<summary>Use another account</summary>
<form method="post" action="${CHOOSER_PATH}">
${hidden}
<div class="field">
<label for="email">E-mail (an unknown one creates an account)</label>
<input id="email" name="email" type="email" autocomplete="off" required value="${address}"${problem === undefined ? nothing : html` aria-describedby="problem"`}>
</div>
<button class="button first">Next</button>
</form>
</details>`,
  );
}
