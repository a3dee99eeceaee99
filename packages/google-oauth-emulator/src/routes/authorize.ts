import { readAuthorizationRequest } from '../authorization-request.ts';
import { type Answer, page, Refusal, redirect } from '../http/answer.ts';
import type { EmulatorRequest } from '../http/request.ts';
import type { Route } from '../http/route.ts';
import { sessionOf, withoutSessionCookie, withSessionCookie } from '../http/session-cookie.ts';
import { blockedPage } from '../pages/blocked.ts';
import { chooserPage } from '../pages/chooser.ts';
import { consentPage } from '../pages/consent.ts';
import { CHOOSER_PATH, CONSENT_PATH } from '../pages/paths.ts';
import { isEmail, type User } from '../people.ts';
import { isIdentityScope } from '../scopes.ts';
import type { Transaction } from '../sessions.ts';
import { beginSignIn, chooseAccount, consent, deny } from '../sign-in.ts';
import type { State } from '../state.ts';

/** The authorization endpoint and the pages behind it. */
export const authorizeRoutes: readonly Route[] = [
  { method: 'GET', path: '/o/oauth2/v2/auth', handle: (request, state) => authorize(request, state, request.query) },
  { method: 'POST', path: '/o/oauth2/v2/auth', handle: (request, state) => authorize(request, state, request.form) },
  { method: 'POST', path: CHOOSER_PATH, handle: accountChosen },
  { method: 'GET', path: CONSENT_PATH, handle: showConsent },
  { method: 'POST', path: CONSENT_PATH, handle: consentGiven },
  { method: 'GET', path: '/Logout', handle: logout },
];

function authorize(request: EmulatorRequest, state: State, parameters: URLSearchParams): Answer {
  const wanted = readAuthorizationRequest(parameters, state.clients);
  const session = sessionOf(request, state) ?? state.sessions.create();
  return withSessionCookie(beginSignIn(state, session, wanted), session);
}

function accountChosen(request: EmulatorRequest, state: State): Answer {
  const transaction = readTransaction(request, request.form, state);
  const sub = request.form.get('user');
  const typed = request.form.get('email')?.trim();
  if (sub !== null) {
    const user = state.people.find(sub);
    if (user !== undefined) return chooseAccount(state, transaction, user);
  } else if (typed !== undefined && isEmail(typed)) {
    return chooseAccount(state, transaction, state.people.findOrCreate(typed));
  }
  const problem = sub === null ? 'Enter a valid e-mail address.' : 'That account does not exist.';
  return page(400, chooserPage({ transaction, people: state.people.all, problem, typed }));
}

function showConsent(request: EmulatorRequest, state: State): Answer {
  const transaction = readTransaction(request, request.query, state);
  return page(200, consentPage(transaction, chosenUser(transaction)));
}

function consentGiven(request: EmulatorRequest, state: State): Answer {
  const transaction = readTransaction(request, request.form, state);
  const user = chosenUser(transaction);
  if (request.form.get('decision') !== 'allow') return deny(state, transaction);
  // Only what was asked for can be granted, whatever the form says.
  const ticked = new Set(request.form.getAll('scope'));
  const scopes = transaction.request.scopes.filter((scope) => isIdentityScope(scope) || ticked.has(scope));
  return consent(state, transaction, user, scopes);
}

/** Google has this too: signs every account out of this browser, so that the chooser starts afresh. */
function logout(request: EmulatorRequest, state: State): Answer {
  const session = sessionOf(request, state);
  if (session !== undefined) state.sessions.forget(session.id);
  return withoutSessionCookie(redirect(302, '/'));
}

function readTransaction(request: EmulatorRequest, parameters: URLSearchParams, state: State): Transaction {
  const transaction = state.sessions.transaction(parameters.get('transaction'), sessionOf(request, state));
  if (transaction === undefined) throw startAgain();
  return transaction;
}

function chosenUser(transaction: Transaction): User {
  if (transaction.user === undefined) throw startAgain();
  return transaction.user;
}

function startAgain(): Refusal {
  const reason =
    'This sign-in is over, or it was begun in another browser, or cookies are blocked. Go back to the app and start again.';
  return new Refusal(page(400, blockedPage({ status: 400, code: 'invalid_request', reason })));
}
