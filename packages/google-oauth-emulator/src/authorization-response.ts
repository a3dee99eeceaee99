import { type Answer, page, redirect } from './http/answer.ts';
import { formPostPage, webMessagePage } from './pages/app-return.ts';
import { SCRIPT_POLICY } from './pages/layout.ts';

/**
 * How the answer travels: in the query (the default), in the fragment, as a form (OAuth 2.0 Form Post Response Mode),
 * or as a message to the page that opened the popup.
 */
export type ResponseMode = 'query' | 'fragment' | 'form_post' | 'web_message';

/** Where the answer to an authorization request goes, and how. */
export interface ReturnPath {
  readonly redirectUri: string;
  readonly state: string | undefined;
  readonly responseMode: ResponseMode;
  /** With `web_message`: the only pages that may have the answer. */
  readonly origins: readonly string[];
  /** Apps have no names here: Google, too, shows the domain of an app that it has not verified. */
  readonly appName: string;
}

/** Sends these parameters to the app, with the `state` that it gave. */
export function answerApp(to: ReturnPath, parameters: Readonly<Record<string, string>>): Answer {
  const all = { ...(to.state !== undefined && { state: to.state }), ...parameters };
  if (to.responseMode === 'web_message') return scripted(webMessagePage(to.appName, to.origins, all));
  if (to.responseMode === 'form_post') return scripted(formPostPage(to.appName, to.redirectUri, all));
  const url = new URL(to.redirectUri);
  if (to.responseMode === 'fragment') url.hash = new URLSearchParams(all).toString();
  else for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value);
  return redirect(302, url.href);
}

/** The referrer is this host and no more, so that an app that looks at Origin sees a real one and not `null`. */
function scripted(content: Parameters<typeof page>[1]): Answer {
  return page(200, content, { 'content-security-policy': SCRIPT_POLICY, 'referrer-policy': 'origin' });
}
