// Hands the answer to the page that opened this window. The browser drops it unless that page has one of the origins.
const { origins = '[]', response = '{}' } = document.getElementById('answer')?.dataset ?? {};
const outcome = document.getElementById('outcome');

if (window.opener === null) {
  if (outcome !== null) outcome.textContent = 'No page is waiting for the answer. Close this window and start again.';
} else {
  const message = { type: 'authorization_response', response: JSON.parse(response) };
  for (const origin of JSON.parse(origins)) window.opener.postMessage(message, origin);
  window.close();
}
