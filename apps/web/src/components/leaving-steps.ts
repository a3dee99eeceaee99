import { explain, type Outcome } from '../calls/outcome.ts';
import type { Calls } from '../calls/use-calls.ts';

/** One of the things to do before the session is forgotten. */
export interface Step {
  /** What is true once it is done. */
  readonly done: string;
  readonly take: (calls: Calls) => Promise<Outcome>;
  readonly explain: (outcome: Exclude<Outcome, { kind: 'ok' }>) => string;
}

export const deleteRecord = (remove: () => Promise<Outcome>): Step => ({
  done: 'your record is deleted',
  take: remove,
  explain,
});

/**
 * Comes before {@link endAccess}: a token that Google has ended is still good enough to refuse all of them, but only at an API that knows it.
 */
export const greetApi: Step = {
  done: 'the API knows your token',
  take: async ({ callApi }) => {
    const outcome = await callApi('GET', '/api/user');
    // No record is an answer too.
    return outcome.kind === 'refused' && outcome.status === 404
      ? { kind: 'ok', status: 404, body: undefined }
      : outcome;
  },
  explain,
};

export const refuseTokens: Step = {
  done: 'the API refuses every token issued to you until now',
  take: ({ callApi }) => callApi('DELETE', '/api/tokens'),
  explain,
};

/**
 * Without it other devices would simply get themselves new tokens. And before {@link refuseTokens}, or they would do so in between.
 *
 * @param subject whose session the page shows: another account may have signed in meanwhile, in another tab
 */
export const endAccess = (subject: string | undefined): Step => ({
  done: 'this app has no access to your Google account',
  take: ({ callSite }) => callSite('DELETE', '/api/grant', { subject }),
  explain: (outcome) => {
    if (outcome.kind !== 'refused') return explain(outcome, 'This site');
    if (outcome.status === 401) return 'The session is over already. Sign in again, and repeat this.';
    if (outcome.status === 409) return 'Another account is signed in now. Reload the page to see which one.';
    return 'Google could not be reached, so other devices can still get new tokens. Press the button again in a moment.';
  },
});

/**
 * Takes one step after the other. Taking a step again does no harm, so after a failure all of it may be repeated.
 *
 * @returns what was done, what was not and why; undefined when all is done
 */
export async function takeSteps(calls: Calls, steps: readonly Step[]): Promise<string | undefined> {
  const done: string[] = [];
  for (const step of steps) {
    const outcome = await step.take(calls);
    if (outcome.kind !== 'ok') {
      const so = done.length === 0 ? 'Nothing has changed.' : `So far, ${done.join(', and ')}; the rest is not done.`;
      return `${so} ${step.explain(outcome)}`;
    }
    done.push(step.done);
  }
  return undefined;
}
