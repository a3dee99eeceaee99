import { styleText } from 'node:util';
import type { ServedRequest } from './http/served-request.ts';

/** The requests that an open console repeats. */
const CONSOLE_LOOKS = /^\/(__emulator\/(users|faults|clock|calls)$|assets\/|portrait$)/;

/**
 * One line of the terminal for a request: time, method, path without its query, status, milliseconds.
 *
 * @returns undefined for the requests that an open console repeats, because they would hide the rest
 */
export function requestLine({ method, path, status, ms, fault }: ServedRequest, at: Date): string | undefined {
  if (method === 'GET' && CONSOLE_LOOKS.test(path)) return undefined;
  const time = at.toTimeString().slice(0, 8);
  const outcome = status === undefined ? styleText('red', 'no answer') : styleText(colourOf(status), String(status));
  return `${time}  ${method.padEnd(4)} ${path}  ${outcome}  ${ms} ms${fault === undefined ? '' : `  fault: ${fault}`}`;
}

function colourOf(status: number): 'red' | 'yellow' | 'green' {
  if (status >= 500) return 'red';
  return status >= 400 ? 'yellow' : 'green';
}
