import { randomUUID } from 'node:crypto';
import type { SharedTokenEntry, SharedTokenSlot, SharedTokenTurn } from 'google-bearer';
import type { Commands } from '../commands.ts';
import { DISCARD, KEEP, RELEASE, TAKE } from './scripts.ts';
import { type Derived, seal, unseal } from './seal.ts';

/**
 * When a connection that does not answer is given up, and all that waits on it. How long a token waits is not decided here:
 * the verifier asks Google much sooner. What comes later, such as a turn that nobody wants any more, can be given back.
 */
const HANGS_MS = 3000;

/** Under which keys a name has its entry and its turn. */
export function slotKeys(prefix: string, name: string): [entry: string, turn: string] {
  return [`{${prefix}}:token:${name}`, `{${prefix}}:turn:${name}`];
}

/** Where the answer about one token is kept. Holds what was derived from the token, not the token. */
export class Slot implements SharedTokenSlot {
  readonly #commands: Commands;
  readonly #keys: [entry: string, turn: string];
  readonly #derived: Derived;

  constructor(commands: Commands, prefix: string, derived: Derived) {
    this.#commands = commands;
    this.#keys = slotKeys(prefix, derived.name);
    this.#derived = derived;
  }

  async take(turnMs: number): Promise<SharedTokenEntry | SharedTokenTurn | undefined> {
    const mine = randomUUID();
    const reply = await this.#run(TAKE, [mine, String(turnMs)]);
    if (reply === null) return undefined;
    if (typeof reply === 'number') return this.#turn(mine, reply);
    const [sealed, remainingMs]: readonly unknown[] = Array.isArray(reply) ? reply : [];
    if (typeof sealed !== 'string' || typeof remainingMs !== 'number') throw new Error('Redis answered something else');
    const text = unseal(sealed, this.#derived);
    if (text !== undefined && remainingMs > 0) return { text, remainingMs };
    // Nobody can have written this in good faith. It is as if there were nothing; the next to look finds that.
    await this.#run(DISCARD, [sealed]);
    return undefined;
  }

  #turn(mine: string, takenAt: number): SharedTokenTurn {
    return {
      keep: async (text, lifeMs) => {
        await this.#run(KEEP, [mine, seal(text, this.#derived), String(Math.floor(takenAt + lifeMs))]);
      },
      release: async () => {
        await this.#run(RELEASE, [mine]);
      },
    };
  }

  #run(script: string, values: string[]): Promise<unknown> {
    return this.#commands.run((client) => client.eval(script, { keys: this.#keys, arguments: values }), HANGS_MS);
  }
}
