import type { Html } from '../pages/html.ts';
import { CONTENT_SECURITY_POLICY } from '../pages/layout.ts';

/** An HTTP answer, complete before any of it is sent. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** JSON as Google prints it: indented by two spaces, never cached unless the headers say so. */
export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers },
    body: `${JSON.stringify(value, null, 2)}\n`,
  };
}

/** A line for shells: `TOKEN=$(curl …)`. */
export function line(value: string): Answer {
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
  return { status: 200, headers, body: `${value}\n` };
}

export function page(status: number, content: Html, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
    body: content.text,
  };
}

export function redirect(status: 302 | 303, location: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { location, 'cache-control': 'no-store', ...headers }, body: '' };
}

/** Thrown where a request turns out to be unacceptable; the server sends its answer. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`refused with ${answer.status}`);
    this.answer = answer;
  }
}
