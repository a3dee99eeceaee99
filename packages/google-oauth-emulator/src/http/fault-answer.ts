import type { Fault } from '../faults.ts';
import { apiError, htmlError } from '../google-errors.ts';
import { type Answer, json, redirect } from './answer.ts';

/** What a fault puts in the place of the true answer; undefined for one that only delays or cuts it. */
export function insteadOfAnswer(fault: Fault): Answer | undefined {
  switch (fault.kind) {
    case 'status':
      return statusAnswer(fault);
    case 'html':
      return htmlError(fault.status ?? 503, 'The server cannot process your request right now.');
    case 'redirect':
      return redirect(302, fault.location);
    default:
      return undefined;
  }
}

function statusAnswer(fault: Extract<Fault, { kind: 'status' }>): Answer {
  const { headers, body } = fault.body === undefined ? apiError(fault.status) : json(fault.status, fault.body);
  return {
    status: fault.status,
    headers: { ...headers, ...fault.headers },
    body: typeof fault.body === 'string' ? fault.body : body,
  };
}
