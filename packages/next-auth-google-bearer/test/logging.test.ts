// A process of its own: NextAuth warns of `debug` once in each.
import { inspect } from 'node:util';
import fc from 'fast-check';
import { type Test, test } from 'tap';
import { scrubbingLogger } from '../src/logger.ts';
import { scrub, scrubText } from '../src/scrub.ts';
import { type App, CLIENT_SECRET, SECRET, signedIn, startApp } from './support/app.ts';
import { Browser } from './support/browser.ts';

/** All that is written to the console, as a terminal would show it. */
function captured(t: Test): () => string {
  const methods = (['log', 'warn', 'error'] as const).map((method) => t.capture(console, method));
  const lines: string[] = [];
  return () => {
    for (const method of methods)
      for (const args of method.args())
        lines.push(args.map((arg) => (typeof arg === 'string' ? arg : inspect(arg, { depth: 20 }))).join(' '));
    return lines.join('\n');
  };
}

async function secretsOf(app: App, browser: Browser): Promise<string[]> {
  const jwt = await app.jwt(browser);
  const { sub = '', email = '', name = '' } = app.google.users[0] ?? {};
  const cookies = [...browser.cookies(app.url).values(), ...browser.cookies(app.google.url).values()];
  return [CLIENT_SECRET, SECRET, sub, email, name, jwt?.accessToken ?? '', jwt?.refreshToken ?? '', ...cookies];
}

test('with debug on, NextAuth tells its story without tokens, codes and people', async (t) => {
  const written = captured(t);
  const app = await startApp(t, { tokenLifetimeS: 20, auth: { debug: true } });
  const browser = await signedIn(app);
  const secrets = await secretsOf(app, browser);
  app.google.faults.set({ path: '/token', kind: 'status', status: 503, times: 1 });
  await app.session(browser);
  const failing = new Browser();
  app.google.faults.set({ path: '/token', kind: 'status', status: 400, body: { error: 'invalid_grant' }, times: 1 });
  await app.signIn(failing);
  await browser.request(`${app.url}/api/auth/callback/google?state=${secrets[5]}&code=${secrets[6]}`);
  await browser.request(`${app.url}/api/auth/callback/google?error=access_denied&error_description=${secrets[5]}`);
  await app.signOut(browser);
  const log = written();
  for (const line of [
    'GET_AUTHORIZATION_URL',
    'PROFILE_DATA',
    'OAUTH_CALLBACK_RESPONSE',
    'OAUTH_CALLBACK_ERROR',
    'DEBUG_ENABLED',
  ]) {
    t.match(log, line);
  }
  t.match(log, 'invalid_grant', 'what went wrong is there');
  t.match(log, "scope: 'openid", 'and what was asked for');
  for (const secret of secrets.filter((text) => text.length > 2)) t.notOk(log.includes(secret), secret);
  t.notMatch(log, /ya29\.|1\/\/0|eyJ|code=|GOCSPX/);
});

test('without debug, nothing is written as long as nothing is wrong', async (t) => {
  const written = captured(t);
  const app = await startApp(t);
  const browser = await signedIn(app);
  await app.session(browser);
  await app.signOut(browser);
  t.equal(written().replaceAll(/.*\[warn\]\[NEXTAUTH_URL\].*/g, ''), '');
});

test('a visitor cannot forge log lines by way of NextAuth’s _log', async (t) => {
  const written = captured(t);
  const app = await startApp(t);
  const body = new URLSearchParams({
    level: 'error',
    code: 'X\n[fatal] all is lost',
    message: 'a\nb\u2028c\u001b[31m',
    [`k\n${'k'.repeat(5000)}`]: 'v',
  });
  await fetch(`${app.url}/api/auth/_log`, { method: 'POST', body });
  const log = written();
  t.match(log, 'all is lost');
  t.notMatch(log, /\n\[fatal\]|\na|\nb/);
  t.notOk(log.includes('\u2028') || log.includes('\u001b'));
  t.ok(log.length < 5_000);
});

const token = fc
  .tuple(fc.constantFrom('ya29.', '1//0', 'eyJ', 'GOCSPX-', '4/0A', ''), fc.stringMatching(/^[A-Za-z0-9_-]{24,120}$/))
  .filter(([, tail]) => /\d/.test(tail))
  .map(([head, tail]) => head + tail);
const email = fc.emailAddress({ size: 'small' });
const subject = fc.stringMatching(/^1\d{14,20}$/);
const frame = fc.constantFrom(
  '',
  ' ',
  ': ',
  '"',
  "'",
  '=',
  '\n',
  '(',
  '<',
  ', ',
  'got: ',
  'https://x.example/?q=',
  '{"a":"',
);

test('no token, address or subject survives in any text', (t) => {
  fc.assert(
    fc.property(frame, fc.oneof(token, email, subject), frame, (before, secret, after) => {
      t.notOk(scrubText(before + secret + after).includes(secret));
    }),
  );
  t.end();
});

test('no text survives under a key that is not known to be harmless', (t) => {
  const key = fc.constantFrom(
    'access_token',
    'refresh_token',
    'id_token',
    'code',
    'value',
    'sub',
    'email',
    'clientSecret',
    'x',
    '__proto__',
  );
  const wrap = fc.constantFrom<(inside: unknown) => unknown>(
    (inside) => inside,
    (inside) => [inside],
    (inside) => ({ account: inside }),
    (inside) => ({ cookies: [inside] }),
  );
  fc.assert(
    fc.property(fc.string({ minLength: 4 }), key, wrap, (text, name, inside) => {
      const secret = `<${text}>`;
      t.notOk(inspect(scrub(inside({ [name]: secret })), { depth: 20 }).includes(secret));
    }),
  );
  t.end();
});

test('a query of a URL is left out, however short', (t) => {
  t.equal(
    scrubText('at http://localhost:3000/api?code=4&name=Ada, then'),
    'at http://localhost:3000/api?[hidden] then',
  );
  t.end();
});

test('what says how it went stays', (t) => {
  const error = new Error('connect ECONNREFUSED 127.0.0.1:4400');
  t.match(
    scrub({ error, providerId: 'google', scope: 'openid email', expires_at: 1_800_000_000, ok: true, nothing: null }),
    {
      error: { name: 'Error', message: 'connect ECONNREFUSED 127.0.0.1:4400', stack: /logging\.test/ },
      providerId: 'google',
      scope: 'openid email',
      expires_at: 1_800_000_000,
      ok: true,
      nothing: null,
    },
  );
  t.match(scrub({ profile: { name: 'Ada' }, user: { id: 'x', name: 'Ada' } }), {
    profile: { name: /hidden/ },
    user: { name: /hidden/ },
  });
  const circle: Record<string, unknown> = {};
  circle.circle = circle;
  t.doesNotThrow(() => scrub(circle));
  t.end();
});

test('a custom code is no way around it', (t) => {
  const logged = t.capture(console, 'error');
  scrubbingLogger(false).error(`CODE ya29.${'a1'.repeat(30)}`, new Error('x'));
  t.notMatch(inspect(logged.args()), 'a1a1');
  t.end();
});
