import { test } from 'tap';
import { GrantedScopes, grantedScopes } from '../src/judging/granted-scopes.ts';

const EMAIL = 'https://www.googleapis.com/auth/userinfo.email';
const PROFILE = 'https://www.googleapis.com/auth/userinfo.profile';

/** What Google says, what is listed, and which of all names it has. */
const cases: { scope: string; lists: string[]; has: string[]; lacks: string[] }[] = [
  { scope: '', lists: [], has: [], lacks: ['', 'email', 'openid'] },
  { scope: 'openid', lists: ['openid'], has: ['openid'], lacks: ['', 'email', 'profile', EMAIL, PROFILE] },
  { scope: `openid ${EMAIL}`, lists: ['openid', EMAIL], has: ['openid', 'email', EMAIL], lacks: ['profile', PROFILE] },
  { scope: 'email', lists: [EMAIL], has: ['email', EMAIL], lacks: ['profile', PROFILE] },
  { scope: 'profile', lists: [PROFILE], has: ['profile', PROFILE], lacks: ['email', EMAIL] },
  { scope: ' openid  openid ', lists: ['openid'], has: ['openid'], lacks: ['', ' '] },
];
for (const { scope, lists, has, lacks } of cases) {
  test(`'${scope}' grants ${lists.join(' and ') || 'nothing'}`, (t) => {
    const scopes = grantedScopes(scope);
    t.strictSame([...scopes], lists);
    for (const name of has) t.ok(scopes.has(name), `has ${name}`);
    for (const name of lacks) t.notOk(scopes.has(name), `lacks '${name}'`);
    t.end();
  });
}

test('equal values share one set: most tokens carry the same few', (t) => {
  t.equal(grantedScopes('openid a'), grantedScopes('openid a'));
  t.not(grantedScopes('openid a'), grantedScopes('openid b'));
  t.end();
});

test('nobody can change a set that serves other requests, too', (t) => {
  const scopes: Set<string> = new GrantedScopes('openid');
  const refusal = { name: 'TypeError', message: 'the scopes of a principal cannot be changed' };
  t.throws(() => scopes.add('email'), refusal);
  t.throws(() => scopes.delete('openid'), refusal);
  t.throws(() => scopes.clear(), refusal);
  t.throws(() => Object.assign(scopes, { has: () => true }), TypeError);
  t.strictSame([...scopes], ['openid']);
  t.end();
});
