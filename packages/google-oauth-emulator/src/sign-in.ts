import type { AuthorizationRequest } from './authorization-request.ts';
import { answerApp } from './authorization-response.ts';
import { type Answer, page, redirect } from './http/answer.ts';
import { chooserPage } from './pages/chooser.ts';
import { CONSENT_PATH } from './pages/paths.ts';
import type { User } from './people.ts';
import type { Session, Transaction } from './sessions.ts';
import type { State } from './state.ts';

/** First step: shows the chooser, or skips ahead as far as this browser's earlier sign-ins allow. */
export function beginSignIn(state: State, session: Session, request: AuthorizationRequest): Answer {
  const user = obviousUser(state, session, request);
  if (request.prompts.has('none')) {
    // OpenID Connect Core 1.0, section 3.1.2.6.
    if (session.users.size === 0) return answerApp(request, { error: 'login_required' });
    if (user === undefined || needsConsent(state, request, user)) {
      return answerApp(request, { error: 'interaction_required' });
    }
    return finish(state, request, user, request.scopes, false);
  }
  const transaction = state.sessions.begin(session, request);
  const wantsChooser =
    request.prompts.has('select_account') || (request.prompts.has('consent') && request.loginHint === undefined);
  if (user !== undefined && !wantsChooser) return chooseAccount(state, transaction, user);
  return page(200, chooserPage({ transaction, people: state.people.all }));
}

/** Second step: an account was chosen. Leads to the consent page, or straight back when all is granted already. */
export function chooseAccount(state: State, transaction: Transaction, user: User): Answer {
  const { request, session } = transaction;
  transaction.user = user;
  session.users.add(user);
  if (needsConsent(state, request, user)) {
    return redirect(303, `${CONSENT_PATH}?transaction=${transaction.id}`);
  }
  state.sessions.end(transaction);
  return finish(state, request, user, request.scopes, false);
}

/** Last step: the person agreed to these scopes. */
export function consent(state: State, transaction: Transaction, user: User, scopes: readonly string[]): Answer {
  state.sessions.end(transaction);
  if (scopes.length === 0) return answerApp(transaction.request, { error: 'access_denied' });
  return finish(state, transaction.request, user, scopes, true);
}

/** Last step: the person cancelled. */
export function deny(state: State, transaction: Transaction): Answer {
  state.sessions.end(transaction);
  return answerApp(transaction.request, { error: 'access_denied' });
}

function finish(
  state: State,
  request: AuthorizationRequest,
  user: User,
  scopes: readonly string[],
  consented: boolean,
): Answer {
  const grant = state.grants.of(request.client.project, user.sub);
  for (const scope of scopes) grant.scopes.add(scope);
  if (request.offline) grant.offlineClients.add(request.client.id);
  const granted = request.includeGrantedScopes ? [...new Set([...scopes, ...grant.scopes])] : scopes;
  const code = state.codes.issue({
    clientId: request.client.id,
    redirectUri: request.redirectUri,
    user,
    scopes: granted,
    nonce: request.nonce,
    challenge: request.challenge,
    accessType: request.offline ? 'offline' : 'online',
    givesRefreshToken: request.offline && consented,
    lineage: { grant, ended: false },
  });
  const prompt = consented ? 'consent' : 'none';
  return answerApp(request, { code, scope: granted.join(' '), authuser: '0', prompt });
}

function needsConsent({ grants }: State, request: AuthorizationRequest, user: User): boolean {
  const grant = grants.find(request.client.project, user.sub);
  if (grant === undefined || request.prompts.has('consent')) return true;
  if (request.offline && !grant.offlineClients.has(request.client.id)) return true;
  return request.scopes.some((scope) => !grant.scopes.has(scope));
}

/** The one account that needs no choosing: the hinted one, or the only one, if it is signed in in this browser. */
function obviousUser(state: State, session: Session, request: AuthorizationRequest): User | undefined {
  if (request.loginHint !== undefined) {
    const hinted = state.people.find(request.loginHint);
    return hinted !== undefined && session.users.has(hinted) ? hinted : undefined;
  }
  const [only, another] = session.users;
  return another === undefined ? only : undefined;
}
