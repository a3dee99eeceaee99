import { nothingElse, record, text } from '../../checks.ts';
import { json } from '../../http/answer.ts';
import type { Route } from '../../http/route.ts';
import { sessionOf, withoutSessionCookie, withSessionCookie } from '../../http/session-cookie.ts';
import type { People, User } from '../../people.ts';
import { guarded } from './guard.ts';

/** People, what they have granted, and who is signed in in this browser. */
export const peopleRoutes: readonly Route[] = [
  guarded('GET', '/__emulator/users', (_body, state, request) => {
    const session = sessionOf(request, state);
    return json(200, {
      users: state.people.all.map((user) => ({
        sub: user.sub,
        email: user.email,
        name: user.name,
        emailVerified: user.emailVerified,
        ...(user.hd !== undefined && { hd: user.hd }),
        signedIn: session?.users.has(user) ?? false,
        grants: state.grants.inForce(user.sub).map(({ project, grant }) => ({ project, scopes: [...grant.scopes] })),
      })),
    });
  }),
  guarded('DELETE', '/__emulator/grants', (_body, { people, grants }, { query }) => {
    const { sub } = knownUser(people, query.get('user'));
    const project = query.get('project');
    const ended = grants.inForce(sub).filter((one) => project === null || one.project === project);
    for (const { grant } of ended) grant.ended = true;
    return json(200, { ended: ended.length });
  }),
  guarded('POST', '/__emulator/session', (body, { people, sessions }) => {
    const { user: key, ...rest } = record('session', body);
    nothingElse('session', rest);
    const user = knownUser(people, key);
    const session = sessions.create();
    session.users.add(user);
    return withSessionCookie(json(200, { user: user.sub }), session);
  }),
  guarded('DELETE', '/__emulator/session', (_body, state, request) => {
    const session = sessionOf(request, state);
    if (session !== undefined) state.sessions.forget(session.id);
    return withoutSessionCookie(json(200, {}));
  }),
];

function knownUser(people: People, key: unknown): User {
  const user = people.find(text('user', key));
  if (user === undefined) throw new TypeError('user is not a known user');
  return user;
}
