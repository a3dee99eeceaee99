import { mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { test } from 'tap';
import { createTokenVerifier, GoogleBearerError, type TokenVerifier } from '../src/index.ts';
import { FAKE_GOOGLE, fakeGoogle } from '../src/testing/fake-google.ts';
import { FAKE_CLIENT_ID, fakeTokeninfo } from '../src/testing/fake-principal.ts';
import { remoteLog } from './fixtures/remote-log.ts';

const SUBJECTS = 3;
const TOKENS = 9;
const LIFE_MS = 3_600_000;
const STALE_MS = 10_000;

const index = fc.nat(TOKENS - 1);
const subject = fc.nat(SUBJECTS - 1).map(String);
const seconds = fc.integer({ min: -5, max: 60 });

/** What may happen. Times are in seconds from now. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('watch'), index }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('stop'), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('revoke'), index }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sign out'), subject, seconds }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sign all out'), seconds }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('block'), subject }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unblock'), subject }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass'), seconds: fc.nat(40) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('end at Google'), index }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('connect'), isUp: fc.boolean() }) },
);

const nameOf = (index: number): string => `token${index}`;

/** Why a token is refused now; undefined: it is not. */
function codeOf(verifier: TokenVerifier, token: string): string | undefined {
  try {
    verifier.peek(token);
    return undefined;
  } catch (error) {
    if (error instanceof GoogleBearerError) return error.code;
    throw error;
  }
}

/** Someone who watches, and what a request at each moment would have been told since. */
interface Watcher {
  readonly token: string;
  readonly stop: () => void;
  readonly told: string[];
  expected: string | undefined;
  isStopped: boolean;
}

test('whoever watches is told at the moment at which a request would be refused, and what it would be told', async (t) => {
  mock.timers.enable({ apis: ['Date', 'setTimeout'], now: Date.now() });
  t.teardown(() => mock.timers.reset());
  let told = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      const start = Date.now();
      // Issued up to 40 s ago or in as many, and ending so much before or after an hour from now.
      const principals = Array.from({ length: TOKENS }, (_, index) => ({
        subject: String(index % SUBJECTS),
        expiresAt: start + (index < 3 ? 10_000 * (index + 1) : LIFE_MS + (index - 5) * 10_000),
      }));
      const google = new Map(
        principals.map((principal, index) => [nameOf(index), fakeTokeninfo(principal, 'it', start)]),
      );
      const { log, follower } = remoteLog();
      const verifier = createTokenVerifier({
        audience: FAKE_CLIENT_ID,
        endpoints: FAKE_GOOGLE,
        dispatcher: fakeGoogle(google),
        revocationLog: log,
        maxStalenessMs: STALE_MS,
        maxAgeMs: 2 * LIFE_MS,
      });
      follower().confirm(Date.now());
      const known = await Promise.all(principals.map((_, index) => verifier.verify(nameOf(index))));
      const watchers: Watcher[] = [];
      /** What is to be seen at this moment. */
      const look = async (): Promise<void> => {
        // As many portions as there may be watchers, on a machine that is busy.
        for (let count = 0; count < 50; count++) await turn();
        for (const watcher of watchers) {
          if (watcher.expected === undefined && !watcher.isStopped) watcher.expected = codeOf(verifier, watcher.token);
        }
      };
      let isUp = true;
      for (const step of steps) {
        if ('which' in step) {
          const watcher = watchers[step.which % (watchers.length || 1)];
          watcher?.stop();
          if (watcher) watcher.isStopped = true;
        } else if ('isUp' in step) {
          isUp = step.isUp;
          if (isUp) follower().confirm(Date.now());
        } else if ('index' in step && step.do === 'watch') {
          // A request would have to ask Google once more, to be told what nobody here knows any longer.
          if (!google.has(nameOf(step.index))) continue;
          const heard: string[] = [];
          const principal = known[step.index];
          if (principal === undefined) throw new Error('no such token');
          const stop = verifier.onRevoked(principal, ({ code }) => heard.push(code));
          watchers.push({ token: nameOf(step.index), stop, told: heard, expected: undefined, isStopped: false });
        } else if ('index' in step && step.do === 'end at Google') {
          google.delete(nameOf(step.index));
          // For some request that does not rest on an older answer.
          await verifier.verify(nameOf(step.index), { maxAgeMs: 0 }).catch(() => undefined);
        } else if ('index' in step) await verifier.revokeToken(nameOf(step.index));
        else if (step.do === 'block' && 'subject' in step) await verifier.blockSubject(step.subject);
        else if (step.do === 'unblock' && 'subject' in step) await verifier.unblockSubject(step.subject);
        else if ('subject' in step && 'seconds' in step)
          await verifier.revokeSubject(step.subject, { issuedBefore: Date.now() + step.seconds * 1000 });
        else if ('seconds' in step && step.do === 'pass') {
          for (let second = 0; second < step.seconds; second++) {
            mock.timers.tick(1000);
            if (isUp) follower().confirm(Date.now());
            await look();
          }
        } else if ('seconds' in step) await verifier.revokeEveryone({ issuedBefore: Date.now() + step.seconds * 1000 });
        await look();
        for (const watcher of watchers) {
          told += watcher.told.length;
          if (watcher.told.join() !== (watcher.expected ?? ''))
            t.fail(`${watcher.told} instead of ${watcher.expected}`);
        }
      }
      const left = watchers.filter(({ expected, isStopped }) => expected === undefined && !isStopped);
      t.equal(verifier.stats().revocations.watchers, left.length);
      await verifier.close();
      for (const watcher of left) t.strictSame(watcher.told, ['ERR_REVOCATIONS_STALE']);
    }),
    { numRuns: 60 },
  );
  t.ok(told > 100, 'there was something to be told');
});
