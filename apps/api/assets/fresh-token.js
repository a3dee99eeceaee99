// Fills in an access token of the local Google at one click. Served with /docs alone where the API uses the emulator.

/** Swagger UI, once it is there: its page makes it when everything is loaded, and keeps it to itself. */
let ui;
const makeUi = window.SwaggerUIBundle;
window.SwaggerUIBundle = Object.assign((config) => {
  ui = makeUi(config);
  return ui;
}, makeUi);

const bar = document.createElement('section');
bar.className = 'fresh-token';
bar.setAttribute('aria-label', 'A token of the local Google');
const outcome = document.createElement('output');
for (const [label, admin] of [
  ['Use a fresh token of a user', false],
  ['Use a fresh token of an administrator', true],
]) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = label;
  button.addEventListener('click', () => void useToken(admin));
  bar.append(button);
}
bar.append(outcome);
document.body.prepend(bar);

async function useToken(admin) {
  outcome.textContent = 'Asking the local Google …';
  try {
    const response = await fetch('/docs/fresh-token', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ admin }),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.message);
    ui.preauthorizeApiKey('accessToken', answer.accessToken);
    outcome.textContent = `Every route now sends a token of ${answer.person}.`;
  } catch (error) {
    outcome.textContent = `There is no token: ${error.message}`;
  }
}
