import { styleText } from 'node:util';
import type { ServedRequest } from './http/served-request.ts';

/**
 * One line of the terminal for a request: time, method, path without its query, status, milliseconds.
 *
 * @returns undefined for what the console only looks at, which would drown the rest
 */
export function requestLine({ method, path, status, ms, fault }: ServedRequest, at: Date): string | undefined {
  if (method === 'GET' && /^\/(__emulator\/|assets\/|portrait$)/.test(path)) return undefined;
  const time = at.toTimeString().slice(0, 8);
  const outcome = status === undefined ? styleText('red', 'no answer') : styleText(colourOf(status), String(status));
  return `${time}  ${method.padEnd(4)} ${path}  ${outcome}  ${ms} ms${fault === undefined ? '' : `  fault: ${fault}`}`;
}

function colourOf(status: number): 'red' | 'yellow' | 'green' {
  if (status >= 500) return 'red';
  return status >= 400 ? 'yellow' : 'green';
}
