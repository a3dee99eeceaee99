/**
 * A documented control request. What a control shows is this very object, so that it cannot differ from what is sent.
 *
 * @typedef {object} ControlRequest
 * @property {'GET' | 'POST' | 'DELETE'} method
 * @property {string} path
 * @property {Record<string, unknown>} [body]
 */

/**
 * @param {ControlRequest} request
 * @returns {Promise<any>} the answer's JSON
 * @throws {Error} with the emulator's own words when it refuses, or the browser's when nothing answers
 */
export async function send({ method, path, body }) {
  const response = await fetch(path, {
    method,
    cache: 'no-store',
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? `The emulator answered ${response.status}`);
  return answer;
}

/**
 * The request as one line: method, path, JSON with blanks at which it may break.
 *
 * @param {ControlRequest} request
 */
export function written({ method, path, body }) {
  return body === undefined
    ? `${method} ${path}`
    : `${method} ${path} ${JSON.stringify(body, null, 1).replace(/\n */g, ' ')}`;
}

/**
 * A path with a query. A slash needs no escape there, and reads better.
 *
 * @param {string} path
 * @param {Record<string, string>} query
 */
export function withQuery(path, query) {
  return `${path}?${new URLSearchParams(query).toString().replaceAll('%2F', '/')}`;
}
