import { test } from 'tap';
import { memoryRevocationLog } from '../src/index.ts';

const HOUR_MS = 3_600_000;

test('the memory log forgets what has ended and keeps what has not', async (t) => {
  const log = memoryRevocationLog();
  const dead = (i: number) => ({ type: 'token', tokenSha256: i.toString(16).padStart(64, '0'), expiresAt: 1 }) as const;
  await log.append({ type: 'block', subject: 'a' });
  await log.append({ type: 'block', subject: 'b' });
  await log.append({ type: 'unblock', subject: 'b' });
  await log.append({ type: 'unblock', subject: 'c' });
  await log.append({ type: 'block', subject: 'c' });
  await log.append({ type: 'subject', subject: 'd', issuedBefore: 1, expiresAt: Date.now() + HOUR_MS });
  for (let i = 0; i < 5000; i++) await log.append(dead(i));
  const delivered: string[] = [];
  log.follow({
    entry: (entry) =>
      void (entry.type === 'token' || delivered.push(`${entry.type} ${'subject' in entry && entry.subject}`)),
    confirm: () => undefined,
    error: () => undefined,
  });
  t.same(delivered, ['block a', 'block c', 'subject d']);
});
