import { STATUS_CODES } from 'node:http';
import { type Answer, json, Refusal } from './http/answer.ts';
import { html } from './pages/html.ts';

const HTML_HEADERS = { 'content-type': 'text/html; charset=UTF-8', 'referrer-policy': 'no-referrer' };

const RPC_CODES = new Map([
  [400, 'INVALID_ARGUMENT'],
  [401, 'UNAUTHENTICATED'],
  [403, 'PERMISSION_DENIED'],
  [404, 'NOT_FOUND'],
  [429, 'RESOURCE_EXHAUSTED'],
  [500, 'INTERNAL'],
  [503, 'UNAVAILABLE'],
  [504, 'DEADLINE_EXCEEDED'],
]);

/** RFC 6749, section 5.2: the shape of errors at the OAuth endpoints. */
export function oauthError(
  status: number,
  error: string,
  description: string,
  headers: Readonly<Record<string, string>> = {},
): Refusal {
  return new Refusal(json(status, { error, error_description: description }, headers));
}

/** The error shape of Google's front ends and APIs. */
export function apiError(status: number): Answer {
  const message = status === 503 ? 'The service is currently unavailable.' : (STATUS_CODES[status] ?? 'Error');
  return json(status, apiErrorBody(status, message));
}

export function apiErrorBody(status: number, message: string): Record<string, unknown> {
  return { error: { code: status, message, status: RPC_CODES.get(status) ?? 'UNKNOWN' } };
}

/** The HTML page that Google's front ends send when a request does not get as far as a service. */
export function htmlError(status: number, explanation: string): Answer {
  const title = `Error ${status} (${STATUS_CODES[status] ?? 'Error'})!!1`;
  const content = html`<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>${title}</title>
<p><b>${String(status)}.</b> <ins>That’s an error.</ins>
<p>${explanation} <ins>That’s all we know.</ins>
</html>
`;
  return { status, headers: HTML_HEADERS, body: content.text };
}
