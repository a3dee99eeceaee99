import { type Html, html } from './html.ts';
import { layout } from './layout.ts';
import { FORM_POST_SCRIPT, WEB_MESSAGE_SCRIPT } from './paths.ts';

/** A form that sends itself to the app. Its button does the same where scripts do not run. */
export function formPostPage(app: string, redirectUri: string, fields: Readonly<Record<string, string>>): Html {
  const inputs = Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">
`,
  );
  return layout(
    'Back to the app',
    html`<h1>Back to ${app}</h1>
<form method="post" action="${redirectUri}">
${inputs}<div class="actions"><button class="button first">Continue</button></div>
</form>`,
    { script: FORM_POST_SCRIPT },
  );
}

/**
 * A popup that hands its answer to the page that opened it, in the shape of the draft "OAuth 2.0 Web Message Response
 * Mode". The browser delivers it to a page of these origins only.
 */
export function webMessagePage(
  app: string,
  origins: readonly string[],
  response: Readonly<Record<string, string>>,
): Html {
  return layout(
    'Back to the app',
    html`<h1>Back to ${app}</h1>
<p id="outcome" role="status">The answer goes to the page that opened this window.</p>
<template id="answer" data-origins="${JSON.stringify(origins)}" data-response="${JSON.stringify(response)}"></template>`,
    { script: WEB_MESSAGE_SCRIPT },
  );
}
