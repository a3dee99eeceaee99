/**
 * The faults that are a switch away.
 *
 * @type {readonly { label: string, explanation: string, fault: Record<string, unknown> }[]}
 */
export const KINDS = [
  {
    label: 'No answer',
    explanation: 'The request is taken and never answered.',
    fault: { kind: 'hang' },
  },
  {
    label: 'Broken connection',
    explanation: 'The connection is destroyed.',
    fault: { kind: 'reset' },
  },
  {
    label: 'Slow',
    explanation: 'The true answer, held back for two seconds.',
    fault: { kind: 'latency', ms: 2000 },
  },
  {
    label: 'Busy',
    explanation: 'Four requests at a time, a quarter of a second each; the others wait.',
    fault: { kind: 'capacity', atOnce: 4, ms: 250 },
  },
  {
    label: '503 Unavailable',
    explanation: 'Google’s error for a service that is down.',
    fault: { kind: 'status', status: 503 },
  },
  {
    label: '429 Too many requests',
    explanation: 'Google’s throttling, with Retry-After.',
    fault: { kind: 'status', status: 429, headers: { 'retry-after': '5' } },
  },
  {
    label: '403 as HTML',
    explanation: 'The error page of Google’s front ends in place of JSON.',
    fault: { kind: 'html', status: 403 },
  },
  {
    label: '200 with another body',
    explanation: 'A success that says something else.',
    fault: { kind: 'status', status: 200, body: { message: 'not what you asked for' } },
  },
  {
    label: 'Half an answer',
    explanation: 'The true answer, cut off in the middle.',
    fault: { kind: 'truncated' },
  },
  {
    label: 'Redirect',
    explanation: '302 to another host.',
    fault: { kind: 'redirect', location: 'https://elsewhere.example/' },
  },
];
