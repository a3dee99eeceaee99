import type { LookupBudgetOptions } from 'fastify-google-bearer';
import type { Config } from './env.ts';

/** How many bad tokens one client may send, and where that is counted. */
export interface LookupBudget {
  /** For fastify-google-bearer. */
  readonly options: LookupBudgetOptions | false;
  close(): void;
}

const PER_MS = 60_000;

/**
 * Counts in Redis where there is one, and otherwise in this process. That Redis can be used the revocation log has checked; if it goes
 * down later, each process counts for itself meanwhile.
 *
 * @param onLost hears of a connection that broke, and not of the attempts at a new one
 */
export async function openLookupBudget(
  { lookupBudget: refused, redisUrl, redisPrefix }: Pick<Config, 'lookupBudget' | 'redisUrl' | 'redisPrefix'>,
  onLost: (error: Error) => void,
): Promise<LookupBudget> {
  if (refused === 0) return { options: false, close: () => {} };
  if (redisUrl === undefined) return { options: { refused, perMs: PER_MS }, close: () => {} };
  const { createClient } = await import('redis');
  const redis = createClient({
    url: redisUrl,
    name: 'google-bearer-budget',
    // What is counted late counts in another minute.
    disableOfflineQueue: true,
    // Each costs a right that the user would need.
    disableClientInfo: true,
    maintNotifications: 'disabled',
  });
  let isLost = false;
  redis.on('ready', () => {
    isLost = false;
  });
  redis.on('error', (error: Error) => {
    if (!isLost) onLost(error);
    isLost = true;
  });
  // The start does not wait: until it is there this process counts for itself. A failure is heard by the listener.
  redis.connect().catch(() => {});
  return {
    options: { refused, perMs: PER_MS, redis, prefix: redisPrefix },
    close: () => redis.destroy(),
  };
}
