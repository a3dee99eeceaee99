import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { eventually } from '@google-bearer/test-kit/eventually';
import t from 'tap';
import { startProcess } from './support/process.ts';
import { startGoogle } from './support/secrets.ts';

const PATH = '/calendar/v3/calendars/primary/events';
const SCOPE = 'https://www.googleapis.com/auth/calendar.readonly';

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  t.test(`${signal} lets the request under way finish, over a connection that is kept alive`, async (t) => {
    const google = await startGoogle(t);
    const env = { GOOGLE_CLIENT_ID: google.clientId, GOOGLE_EMULATOR_URL: google.url, LOG_LEVEL: 'trace' };
    const api = await startProcess(t, { ...env, DATA_DIR: join(t.testdir(), 'data') });
    const agent = new Agent({ keepAlive: true });
    t.teardown(() => agent.destroy());
    const authorization = `Bearer ${google.mintToken({ scopes: ['openid', SCOPE] })}`;
    const get = (path: string): Promise<{ status: number | undefined; body: string }> =>
      new Promise((resolve, reject) => {
        const outgoing = request(`${api.url}${path}`, { agent, headers: { authorization } }, (incoming) => {
          incoming.setEncoding('utf8');
          let body = '';
          incoming.on('data', (text: string) => {
            body += text;
          });
          incoming.on('end', () => resolve({ status: incoming.statusCode, body }));
        });
        outgoing.on('error', reject).end();
      });
    t.equal((await get('/api/user')).status, 404);

    // Half of the 5 s that the API waits for the calendar.
    google.faults.set({ path: PATH, kind: 'latency', ms: 2500 });
    const slow = get('/api/calendar/events');
    await eventually('Google to be asked', () => google.calls.count(PATH) === 1);
    const ending = api.end(signal);
    await eventually('the end to begin', () => api.stdout().includes('"msg":"closing"'));
    const { status, body } = await slow;
    t.equal(status, 200);
    t.match(JSON.parse(body), { events: [] });
    t.match(await ending, { code: 0, signal: null });
    await t.rejects(fetch(`${api.url}/healthz`), 'nobody listens any longer');
    t.equal(api.stderr(), '');
    t.strictSame(google.leaks([api.stdout()]), []);
    t.equal(api.stdout().split('Server listening at').length, 2, 'the address is logged once');
  });
}
