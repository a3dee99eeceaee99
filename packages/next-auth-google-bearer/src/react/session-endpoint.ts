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
  /** The server's time, as far as it tells. */
  readonly date: string | null;
}

async function request(url: string, init: RequestInit = {}): Promise<Answer | undefined> {
  try {
    const response = await fetch(url, { ...init, cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) });
    const body: unknown = response.ok ? await response.json() : undefined;
    return response.ok ? { body, date: response.headers.get('date') } : undefined;
  } catch {
    return undefined;
  }
}

/** NextAuth answers `{}` when nobody is signed in. */
function sessionIn(answer: Answer | undefined): SessionReply {
  const body = answer?.body;
  if (!isObject(body)) return undefined;
  if (Object.keys(body).length === 0) return null;
  return isSession(body) ? toLocalTimes(body, answer?.date ?? null, Date.now()) : undefined;
}

function isSession(body: object): body is Session {
  return 'expires' in body && typeof body.expires === 'string';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
