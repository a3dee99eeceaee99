import type { Client } from '../clients.ts';
import type { User } from '../people.ts';
import { account } from './account.ts';
import { type Html, html } from './html.ts';
import { layout } from './layout.ts';

export interface Home {
  readonly url: string;
  readonly people: readonly User[];
  readonly clients: readonly Client[];
  readonly endpoints: readonly { readonly method: string; readonly path: string }[];
}

/** What runs here: users, clients, endpoints. */
export function homePage({ url, people, clients, endpoints }: Home): Html {
  return layout(
    'Home',
    html`<h1>Google OAuth emulator</h1>
<p class="soft">Base URL and issuer: <code>${url}</code></p>
<p><a href="/.well-known/openid-configuration">Discovery document</a> · <a href="/oauth2/v3/certs">Keys</a> ·
<a href="/__emulator/calls">Call log</a> · <a href="/Logout">Sign out of every account</a></p>
<h2>Users</h2>
<ul class="plain">
${people.map(
  (
    user,
  ) => html`<li><p class="account">${account(user, user.emailVerified ? undefined : 'E-mail not verified')}</p></li>
`,
)}</ul>
<h2>Clients</h2>
${clients.map(clientTable)}
<h2>Endpoints</h2>
<div class="scroll"><table>
<thead><tr><th scope="col">Method</th><th scope="col">Path</th></tr></thead>
<tbody>
${endpoints.map(
  ({ method, path }) => html`<tr><td>${method}</td><td><code>${path}</code></td></tr>
`,
)}</tbody>
</table></div>`,
  );
}

function clientTable({ id, redirectUris }: Client): Html {
  return html`<div class="scroll"><table>
<tr><th scope="row">Client id</th><td><code>${id}</code></td></tr>
${redirectUris.map(
  (uri) => html`<tr><th scope="row">Redirect URI</th><td><code>${uri}</code></td></tr>
`,
)}</table></div>
`;
}
