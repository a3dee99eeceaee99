import { join } from 'node:path';
import { eventually } from '@google-bearer/test-kit/eventually';
import t from 'tap';
import { type ApiProcess, startProcess } from './support/process.ts';
import { startGoogle } from './support/secrets.ts';

/** Each starts a process. `ROUNDS=20` is a long run. */
const ROUNDS = Number(process.env.ROUNDS ?? 8);
const WRITERS = 4;
/** After how many acknowledgements a process is killed: another number each time, so at another point of the work. */
const acksBeforeKill = (round: number): number => 10 + ((round * 7) % 23);

interface Writer {
  readonly token: string;
  /** The number in the last name that the API said it had stored. */
  acknowledged: number;
  /** The number in the last name that was sent; it may have been stored without anybody hearing of it. */
  sent: number;
}

t.setTimeout(300_000);

t.test(`whatever was acknowledged is there after kill -9, ${ROUNDS} times over`, { timeout: 280_000 }, async (t) => {
  const users = Array.from({ length: WRITERS + 1 }, (_, i) => ({ email: `user${i}@example.com` }));
  const google = await startGoogle(t, { users });
  const env = {
    GOOGLE_CLIENT_ID: google.clientId,
    GOOGLE_EMULATOR_URL: google.url,
    DATA_DIR: join(t.testdir(), 'data'),
    LOG_LEVEL: 'info',
  };
  const writers = users
    .slice(0, WRITERS)
    .map(({ email }): Writer => ({ token: google.mintToken({ user: email }), acknowledged: 0, sent: 0 }));
  const revoked: string[] = [];
  let acks = 0;
  const lines: string[] = [];

  const upserts = async ({ url }: ApiProcess, writer: Writer): Promise<void> => {
    for (;;) {
      writer.sent++;
      const number = writer.sent;
      const status = await send(url, 'POST', '/api/user', writer.token, { name: `Name ${number}` });
      if (status === undefined) return;
      if (status !== 200 && status !== 201) throw new Error(`POST /api/user: ${status}`);
      writer.acknowledged = number;
      acks++;
    }
  };
  const revocations = async ({ url }: ApiProcess): Promise<void> => {
    for (;;) {
      const token = google.mintToken({ user: `user${WRITERS}@example.com` });
      const status = await send(url, 'DELETE', '/api/token', token);
      if (status === undefined) return;
      if (status !== 204) throw new Error(`DELETE /api/token: ${status}`);
      revoked.push(token);
      acks++;
    }
  };
  /** What was acknowledged and is not there: names, and these revocations. */
  const missing = async ({ url }: ApiProcess, revocations: readonly string[]): Promise<readonly string[]> => {
    const problems: string[] = [];
    for (const [i, { token, acknowledged, sent }] of writers.entries()) {
      if (acknowledged === 0) continue;
      const response = await fetch(`${url}/api/user`, { headers: { authorization: `Bearer ${token}` } });
      const [, name] = /"name":"Name (\d+)"/.exec(await response.text()) ?? [];
      const number = Number(name);
      if (!(number >= acknowledged && number <= sent)) problems.push(`user ${i}: ${name}, not ${acknowledged}`);
    }
    for (const token of revocations) {
      const status = await send(url, 'GET', '/api/user', token);
      if (status !== 401) problems.push(`revocation ${revoked.indexOf(token)}: ${status}`);
    }
    return problems;
  };

  let seen = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    const api = await startProcess(t, env);
    // Those of the round before; whether older ones are still there is seen at the end.
    t.strictSame(await missing(api, revoked.slice(seen)), [], `before round ${round}: ${revoked.length} revocations`);
    seen = revoked.length;
    const target = acks + acksBeforeKill(round);
    const work = Promise.all([
      ...writers.map((writer) => upserts(api, writer)),
      ...Array.from({ length: 3 }, () => revocations(api)),
    ]);
    await Promise.race([work, eventually('enough acknowledgements', () => acks >= target)]);
    t.match(await api.end('SIGKILL'), { signal: 'SIGKILL' });
    await work;
    lines.push(...api.stdout().split('\n'));
  }

  const api = await startProcess(t, env);
  t.strictSame(await missing(api, revoked), [], 'at the end');
  t.ok(
    revoked.length >= ROUNDS && writers.every(({ acknowledged }) => acknowledged > 0),
    'there was something to lose',
  );
  t.comment(`${acks} acknowledged, ${revoked.length} of them revocations`);
  t.match(await api.end('SIGTERM'), { code: 0 });
  t.strictSame(google.leaks(lines), []);
});

/** Sends a request; undefined when the process is gone before it has answered. */
async function send(
  url: string,
  method: string,
  path: string,
  token: string,
  body?: object,
): Promise<number | undefined> {
  try {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    // Whoever has seen the status has seen the acknowledgement, even if the rest of the answer is cut off.
    await response.body?.cancel().catch(() => {});
    return response.status;
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
