import type { Session } from 'next-auth';
import { toLocalTimes } from './server-clock.ts';

/** The session as the server tells it: `null` when nobody is signed in, `undefined` when it could not be asked. */
export type SessionReply = Session | null | undefined;

const TIMEOUT_MS = 30_000;

/** Reads the session; the server renews its access token when it is time. */
export async function readSession(basePath: string): Promise<SessionReply> {
  return sessionIn(await request(`${basePath}/session`));
}

/** What NextAuth's `update` does: hands `data` to the `jwt` callback. */
export async function updateSession(basePath: string, data: unknown): Promise<SessionReply> {
  const csrf = (await request(`${basePath}/csrf`))?.body;
  const csrfToken = isObject(csrf) && 'csrfToken' in csrf ? csrf.csrfToken : undefined;
  if (typeof csrfToken !== 'string') return undefined;
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ csrfToken, data }),
  };
  return sessionIn(await request(`${basePath}/session`, init));
}

interface Answer {
  readonly body: unknown;
  /** When it was asked for and when it had come, in ms since 1970. */
  readonly since: number;
  readonly until: number;
}

async function request(url: string, init: RequestInit = {}): Promise<Answer | undefined> {
  try {
    const since = Date.now();
    const response = await fetch(url, { ...init, cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) return undefined;
    const body: unknown = await response.json();
    return { body, since, until: Date.now() };
  } catch {
    return undefined;
  }
}

/** NextAuth answers `{}` when nobody is signed in. */
function sessionIn(answer: Answer | undefined): SessionReply {
  if (answer === undefined || !isObject(answer.body)) return undefined;
  const { body, since, until } = answer;
  if (Object.keys(body).length === 0) return null;
  return isSession(body) ? toLocalTimes(body, since, until) : undefined;
}

function isSession(body: object): body is Session {
  return 'expires' in body && typeof body.expires === 'string';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
