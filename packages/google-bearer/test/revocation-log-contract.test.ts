import { AssertionError } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'tap';
import {
  memoryRevocationLog,
  type RevocationEntry,
  type RevocationFollower,
  type RevocationLog,
  stampRevocationEntry,
} from '../src/index.ts';
import { type RevocationLogHandle, revocationLogContract } from '../src/revocation-log-contract/index.ts';

const local = (log: RevocationLog): RevocationLogHandle => ({ log, close() {} });

test('the memory log keeps the contract', async (t) => {
  for (const { name, run } of revocationLogContract(() => local(memoryRevocationLog()))) await t.test(name, run);
});

/** A memory log with one thing changed, as followers or appenders see it. */
function changed(change: {
  readonly follower?: (follower: RevocationFollower) => RevocationFollower;
  readonly append?: (log: RevocationLog, entry: RevocationEntry) => Promise<void>;
}): RevocationLog {
  const log = memoryRevocationLog();
  const { follower = (unchanged) => unchanged, append = (inner, entry) => inner.append(entry) } = change;
  return { append: (entry) => append(log, entry), follow: (to) => log.follow(follower(to)) };
}

/** Passes on everything, except for what is overridden. */
function relay(to: RevocationFollower, override: Partial<RevocationFollower>): RevocationFollower {
  return {
    entry: override.entry ?? ((entry) => to.entry(entry)),
    confirm: override.confirm ?? ((asOf) => to.confirm(asOf)),
    error: (error) => to.error(error),
  };
}

/** What a log that polls a store does each time. */
type Poll = (store: { readonly size: number; deliver(upTo: number): void }, confirm: (asOf: number) => void) => void;

/** A log whose objects poll a store that they share. */
function polled(poll: Poll): RevocationLogHandle {
  const stored: RevocationEntry[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const make = (): RevocationLog => {
    const readers = new Set<(upTo: number) => void>();
    return {
      async append(entry) {
        stored.push(stampRevocationEntry(entry));
        for (const deliver of readers) deliver(stored.length);
      },
      follow(follower) {
        let next = 0;
        const deliver = (upTo: number) => {
          while (next < upTo && readers.has(deliver)) {
            const entry = stored[next++];
            if (entry) follower.entry(entry);
          }
        };
        readers.add(deliver);
        const timer = setInterval(() => {
          poll({ size: stored.length, deliver }, (asOf) => void (readers.has(deliver) && follower.confirm(asOf)));
        }, 5);
        timers.add(timer);
        return () => {
          clearInterval(timer);
          readers.delete(deliver);
        };
      },
    };
  };
  return {
    log: make(),
    reopen: make,
    close() {
      for (const timer of timers) clearInterval(timer);
    },
  };
}

const honest: Poll = (store, confirm) => {
  const asOf = Date.now();
  store.deliver(store.size);
  confirm(asOf);
};

test('a log that polls a store keeps the contract too', async (t) => {
  for (const { name, run } of revocationLogContract(() => polled(honest))) await t.test(name, run);
});

/** Every way to break the contract that we could think of, and the case that notices. */
const broken: Record<string, { readonly open: () => RevocationLogHandle; readonly noticed: RegExp }> = {
  'drops every tenth entry': {
    open: () => {
      let count = 0;
      return local(changed({ append: async (log, entry) => (++count % 10 === 0 ? undefined : log.append(entry)) }));
    },
    noticed: /do not wait for each other/,
  },
  'drops subjects': {
    open: () =>
      local(
        changed({
          follower: (to) => relay(to, { entry: (entry) => (entry.type === 'subject' ? undefined : to.entry(entry)) }),
        }),
      ),
    noticed: /in their order/,
  },
  'delivers in pairs, the second first': {
    open: () => {
      const held: RevocationEntry[] = [];
      const entry = (to: RevocationFollower) => (each: RevocationEntry) => {
        held.push(each);
        if (held.length === 2) for (const one of held.splice(0).reverse()) to.entry(one);
      };
      return local(changed({ follower: (to) => relay(to, { entry: entry(to) }) }));
    },
    noticed: /in their order/,
  },
  'acknowledges before it delivers': {
    open: () =>
      local(
        changed({
          append: async (log, entry) => {
            setTimeout(() => log.append(entry), 1);
          },
        }),
      ),
    noticed: /^append resolves once/,
  },
  'keeps the object that it was given': {
    open: () => local(changed({ append: async (log, entry) => setImmediatePromise().then(() => log.append(entry)) })),
    noticed: /what it was when appended/,
  },
  'takes anything for an entry': {
    open: () => local(changed({ append: (log, entry) => log.append(entry).catch(() => undefined) })),
    noticed: /no entry is rejected/,
  },
  'keeps no time': {
    open: () => local(changed({ follower: (to) => relay(to, { entry: ({ at: _, ...entry }) => to.entry(entry) }) })),
    noticed: /when an entry was appended/,
  },
  'keeps no reason': {
    open: () => local(changed({ append: (log, { reason: _, ...entry }) => log.append(entry) })),
    noticed: /when an entry was appended, why/,
  },
  'says of what is written back that it is new': {
    open: () => local(changed({ append: (log, { at: _, ...entry }) => log.append(entry) })),
    noticed: /written back/,
  },
  'replays nothing': {
    open: () => {
      const followers = new Set<RevocationFollower>();
      return local({
        async append(entry) {
          const checked = stampRevocationEntry(entry);
          for (const follower of followers) follower.entry(checked);
        },
        follow(follower) {
          followers.add(follower);
          follower.confirm(Number.POSITIVE_INFINITY);
          return () => followers.delete(follower);
        },
      });
    },
    noticed: /appending needs no follower/,
  },
  'confirms before the replay': {
    open: () => {
      const log = memoryRevocationLog();
      return local({
        append: (entry) => log.append(entry),
        follow(follower) {
          follower.confirm(Date.now());
          return log.follow(follower);
        },
      });
    },
    noticed: /before the first confirmation/,
  },
  'forgets what is far from its end': {
    open: () => {
      const far = () => Date.now() + 86_400_000;
      const isFar = (entry: RevocationEntry) => 'expiresAt' in entry && entry.expiresAt > far();
      return local(changed({ append: (log, entry) => (isFar(entry) ? Promise.resolve() : log.append(entry)) }));
    },
    noticed: /^append resolves once/,
  },
  'goes on telling those who left': {
    open: () => {
      const log = memoryRevocationLog();
      return local({
        append: (entry) => log.append(entry),
        follow(follower) {
          log.follow(follower);
          return () => {};
        },
      });
    },
    noticed: /has left is told nothing more/,
  },
  'tells the rest of a page to one who left': {
    open: () => {
      const inner = polled(honest);
      return {
        ...inner,
        log: {
          append: (entry) => inner.log.append(entry),
          follow(follower) {
            const unfollow = inner.log.follow(follower);
            return () => void setTimeout(unfollow, 20);
          },
        },
      };
    },
    noticed: /has left is told nothing more|midst of a delivery/,
  },
  'confirms the future': {
    open: () => polled((store, confirm) => honest(store, (asOf) => confirm(asOf + 60_000))),
    noticed: /lies ahead/,
  },
  'confirms the time after the reading, not before': {
    open: () =>
      polled(async (store, confirm) => {
        await sleep(20);
        // Once more: after a pause of the machine all that is due runs within one millisecond, which tells no before from after.
        await sleep(2);
        store.deliver(store.size);
        confirm(Date.now());
      }),
    noticed: /acknowledged before its time|before the first confirmation|followers of all/,
  },
  'delivers late what it has confirmed': {
    open: () =>
      polled((store, confirm) => {
        confirm(Date.now());
        setTimeout(() => store.deliver(store.size), 20);
      }),
    noticed: /acknowledged before its time|before the first confirmation|needs no follower/,
  },
  'ignores the lifting of a block': {
    open: () =>
      local(
        changed({ append: (log, entry) => log.append(entry.type === 'unblock' ? { ...entry, type: 'block' } : entry) }),
      ),
    noticed: /^blocks: a block that was lifted/,
  },
  'takes the two spellings of a subject for two people': {
    open: () => {
      const hashed = new Map<string, string>();
      const rename = (entry: RevocationEntry): RevocationEntry => {
        if (!('subjectSha256' in entry) || entry.subjectSha256 === undefined) return entry;
        const subjectSha256 = hashed.get(entry.subjectSha256) ?? entry.subjectSha256.replace(/^./, 'f');
        const { subject: _, ...rest } = entry;
        return { ...rest, subjectSha256 };
      };
      return local(changed({ append: (log, entry) => log.append(rename(entry)) }));
    },
    noticed: /lifted by the hash/,
  },
  'tells other objects nothing': {
    open: () => ({ log: memoryRevocationLog(), reopen: () => memoryRevocationLog(), close() {} }),
    noticed: /followers of all others/,
  },
};

for (const [what, { open, noticed }] of Object.entries(broken)) {
  test(`the contract notices a log that ${what}`, async (t) => {
    const failed: string[] = [];
    for (const { name, run } of revocationLogContract(open)) {
      // A case in which something never comes takes 20 s to fail: those that others notice sooner are left out.
      const error: unknown = await Promise.race([
        run().then(
          () => undefined,
          (reason: unknown) => reason,
        ),
        later(10_000),
      ]);
      if (error === undefined) continue;
      t.ok(error instanceof AssertionError, String(error));
      failed.push(name);
      if (noticed.test(name)) break;
    }
    t.match(failed.at(-1), noticed);
  });
}

function setImmediatePromise(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function later(ms: number): Promise<undefined> {
  return sleep(ms, undefined, { ref: false });
}
