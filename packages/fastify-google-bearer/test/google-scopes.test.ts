import { test } from 'tap';
import { googleBearer } from '../src/index.ts';
import { clientId, makeApp } from './kit.ts';

const cases: [scope: string, odd: boolean][] = [
  ['emial', true],
  ['Email', true],
  ['calendar.readonly', true],
  ['http://www.googleapis.com/auth/calendar', true],
  ['https://www.googleapis.com/calendar', true],
  ['https://www.googleapis.com/auth/', true],
  ['www.googleapis.com/auth/calendar', true],
  ['openid', false],
  ['email', false],
  ['profile', false],
  ['https://www.googleapis.com/auth/userinfo.email', false],
  ['https://www.googleapis.com/auth/calendar.readonly', false],
  ['https://mail.google.com/', false],
  ['https://www.google.com/m8/feeds', false],
];
test('a route that came before the plugin is warned about at its first request', async (t) => {
  const app = makeApp(t);
  app.get('/early', { config: { googleBearer: { scopes: ['emial'] } } }, () => 'never');
  await app.register(googleBearer, { audience: clientId });
  await app.ready();
  for (let times = 0; times < 2; times++) t.equal((await app.inject('/early')).statusCode, 401);
  const warnings = app.lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 40);
  t.match(warnings, [{ msg: /config\.googleBearer of GET \/early: .*'emial'/ }]);
  t.equal(warnings.length, 1);
});

for (const [scope, odd] of cases) {
  for (const list of ['scopes', 'anyScope'] as const) {
    test(`${list} with ${scope} ${odd ? 'is warned about once' : 'passes in silence'}`, async (t) => {
      const app = makeApp(t);
      await app.register(googleBearer, { audience: clientId });
      const config = { googleBearer: list === 'scopes' ? { scopes: [scope] } : { anyScope: [scope] } };
      app.get('/one', { config }, () => 'never');
      app.get('/two', { config }, () => 'never');
      await app.ready();
      const warnings = app.lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 40);
      t.equal(warnings.length, odd ? 1 : 0);
      if (odd) {
        t.match(warnings[0].msg, 'config.googleBearer of GET /one');
        t.match(warnings[0].msg, `'${scope}'`);
      }
    });
  }
}
