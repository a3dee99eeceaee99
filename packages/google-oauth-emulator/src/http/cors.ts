import type { IncomingMessage } from 'node:http';
import type { Answer } from './answer.ts';
import type { RouteTable } from './route.ts';

type Methods = ReturnType<RouteTable['get']>;

/** The origin of the page does not matter: what these endpoints tell depends on a token, never on a cookie. */
const ANY_ORIGIN = { 'access-control-allow-origin': '*' };

/** The answer to a preflight for an endpoint that is open to browsers; undefined for any other request. */
export function preflightAnswer({ method, headers }: IncomingMessage, methods: Methods): Answer | undefined {
  const wanted = headers['access-control-request-headers'];
  if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return undefined;
  if (methods === undefined || !isOpen(methods)) return undefined;
  return {
    status: 200,
    headers: {
      ...ANY_ORIGIN,
      'access-control-allow-methods': [...methods.keys()].join(', '),
      // `*` does not cover Authorization: Fetch standard, "CORS non-wildcard request-header name".
      ...(wanted !== undefined && { 'access-control-allow-headers': wanted }),
      'access-control-max-age': '3600',
      vary: 'Access-Control-Request-Headers',
    },
    body: '',
  };
}

/** Makes every answer of an open endpoint readable for scripts, also a refusal. */
export function withCors(answer: Answer, methods: Methods): Answer {
  if (methods === undefined || !isOpen(methods)) return answer;
  return { ...answer, headers: { ...answer.headers, ...ANY_ORIGIN } };
}

function isOpen(methods: NonNullable<Methods>): boolean {
  return [...methods.values()].some(({ openToBrowsers }) => openToBrowsers === true);
}
