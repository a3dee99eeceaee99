import type { Session } from '../sessions.ts';
import type { State } from '../state.ts';
import type { Answer } from './answer.ts';
import type { EmulatorRequest } from './request.ts';

const NAME = 'google_oauth_emulator';

/** The session that the request's cookie names, if there is one. */
export function sessionOf(request: EmulatorRequest, state: State): Session | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const pair = pairs.find((candidate) => candidate.startsWith(`${NAME}=`));
  return state.sessions.find(pair?.slice(NAME.length + 1));
}

/** Lax, so that the cookie comes along when an app elsewhere sends the browser here. */
export function withSessionCookie(answer: Answer, session: Session): Answer {
  return withCookie(answer, `${NAME}=${session.id}; Path=/; HttpOnly; SameSite=Lax`);
}

export function withoutSessionCookie(answer: Answer): Answer {
  return withCookie(answer, `${NAME}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0`);
}

function withCookie(answer: Answer, cookie: string): Answer {
  return { ...answer, headers: { ...answer.headers, 'set-cookie': cookie } };
}
