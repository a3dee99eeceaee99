import { styleText } from 'node:util';

/** After so many lines what stood before them has left most windows. */
const LINES_IN_SIGHT = 25;

/** Where lines go. */
export interface Sink {
  write(text: string): unknown;
}

/** What people read: our own words, and the lines of the parts, each after the part's name. */
export class Output {
  readonly #to: { readonly stdout: Sink; readonly stderr: Sink };
  #reminder: string | undefined;
  #linesSince = 0;

  constructor(to: { readonly stdout: Sink; readonly stderr: Sink } = process) {
    this.#to = to;
  }

  /** Words of ours. */
  say(text: string): void {
    this.#to.stdout.write(`${text}\n`);
  }

  /** A line of a part. */
  line(part: string, text: string, stream: 'stdout' | 'stderr' = 'stdout'): void {
    const name = styleText('cyan', `${part} |`, { stream: process[stream] });
    this.#to[stream].write(`${name} ${text}\n`);
    this.#linesSince++;
    if (this.#reminder === undefined || this.#linesSince < LINES_IN_SIGHT) return;
    this.#linesSince = 0;
    this.say(this.#reminder);
  }

  /** Says it again whenever it may have left the window. */
  keepInSight(reminder: string): void {
    this.#reminder = reminder;
    this.#linesSince = 0;
  }
}
