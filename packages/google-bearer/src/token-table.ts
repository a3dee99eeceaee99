import { randomBytes } from 'node:crypto';

/** Three places for two entries: a look-up tries two places on average, and 32 bytes an entry lie idle. */
const PLACES_PER_ENTRY = 1.5;

/** Room at first, doubled when it is taken: few tokens lie close together, where the processor has them all at hand. */
const FIRST_ENTRIES = 4_096;

/** So many entries are compared for one to leave: nearly an LRU, and in a table no larger than this, an LRU. */
const SAMPLE = 64;

/** A row of 64 bytes: eight 32-bit words of digest, and four doubles. */
const ROW_WORDS = 16;
const ROW_DOUBLES = 8;
const STATED_AT = 4;
const ENDS_AT = 5;
const TAG = 6;
const USED_AT = 7;

/** What a row keeps of a value, so that it need not be fetched from memory to know this of it. */
export interface RowNumbers {
  /** In ms since the epoch. */
  readonly statedAt: number;
  /** In ms since the epoch. */
  readonly endsAt: number;
  /** Whatever the table's owner makes of it. */
  readonly tag: number;
}

/**
 * A bounded map from token keys to values, each with a few numbers beside it. When it is full, one that was not used for long
 * leaves.
 *
 * A hash table with open addressing, since a request's time goes into waiting for memory once there are many tokens: what a
 * look-up reads lies in one row at a place that the key alone tells, where a Map and a linked list lead from one object to
 * the next. Digest, times and use are numbers in one buffer, so that a token costs 108 bytes in a full table, and the
 * garbage collector nothing, besides its value.
 */
export class TokenTable<Value extends object> {
  readonly #maxEntries: number;
  #room = 0;
  #places = 0;
  #words = new Int32Array();
  /** The same memory. */
  #doubles = new Float64Array();
  #values: (Value | undefined)[] = [];
  // Secret: whoever knew where a token goes could choose tokens that all go to one place, and make look-ups slow.
  readonly #seed0 = randomBytes(4).readInt32LE() | 1;
  readonly #seed1 = randomBytes(4).readInt32LE() | 1;
  #size = 0;
  /** Counts uses; what was used last has the highest. */
  #uses = 0;

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
    this.#makeRoom(Math.min(FIRST_ENTRIES, maxEntries));
  }

  get size(): number {
    return this.#size;
  }

  /** The place of a key, for the methods below, until the next `set` or `delete`; -1 when it is not here. */
  find(key: string): number {
    const word0 = word(key, 0);
    const word1 = word(key, 1);
    const words = this.#words;
    const values = this.#values;
    for (let place = this.#home(word0, word1); values[place] !== undefined; place = this.#after(place)) {
      const row = place * ROW_WORDS;
      if (words[row] === word0 && words[row + 1] === word1 && restEquals(words, row, key)) return place;
    }
    return -1;
  }

  valueAt(place: number): Value | undefined {
    return this.#values[place];
  }

  statedAt(place: number): number {
    return this.#doubles[place * ROW_DOUBLES + STATED_AT] ?? Number.NaN;
  }

  endsAt(place: number): number {
    return this.#doubles[place * ROW_DOUBLES + ENDS_AT] ?? Number.NaN;
  }

  tagAt(place: number): number {
    return this.#doubles[place * ROW_DOUBLES + TAG] ?? Number.NaN;
  }

  /** Counts as a use. */
  use(place: number): void {
    this.#doubles[place * ROW_DOUBLES + USED_AT] = ++this.#uses;
  }

  set(key: string, value: Value, { statedAt, endsAt, tag }: RowNumbers): void {
    let place = this.find(key);
    if (place === -1) {
      if (this.#size === this.#maxEntries) this.#vacate(this.#leastUsed());
      else if (this.#size === this.#room) this.#grow();
      place = this.#emptyPlace(word(key, 0), word(key, 1));
      for (let index = 0; index < 8; index++) this.#words[place * ROW_WORDS + index] = word(key, index);
      this.#size++;
    }
    this.#values[place] = value;
    this.#doubles[place * ROW_DOUBLES + STATED_AT] = statedAt;
    this.#doubles[place * ROW_DOUBLES + ENDS_AT] = endsAt;
    this.#doubles[place * ROW_DOUBLES + TAG] = tag;
    this.use(place);
  }

  delete(key: string): void {
    const place = this.find(key);
    if (place !== -1) this.#vacate(place);
  }

  #makeRoom(entries: number): void {
    this.#room = entries;
    this.#places = Math.ceil(entries * PLACES_PER_ENTRY) + 1;
    const rows = new ArrayBuffer(this.#places * ROW_WORDS * 4);
    this.#words = new Int32Array(rows);
    this.#doubles = new Float64Array(rows);
    // Filled, or V8 would take so large an array for a sparse one, and keep it as a hash table.
    this.#values = new Array(this.#places).fill(undefined);
  }

  #grow(): void {
    const values = this.#values;
    const words = this.#words;
    this.#makeRoom(Math.min(this.#room * 2, this.#maxEntries));
    for (const [place, value] of values.entries()) {
      if (value === undefined) continue;
      const from = place * ROW_WORDS;
      const to = this.#emptyPlace(words[from] ?? 0, words[from + 1] ?? 0);
      this.#words.set(words.subarray(from, from + ROW_WORDS), to * ROW_WORDS);
      this.#values[to] = value;
    }
  }

  #emptyPlace(word0: number, word1: number): number {
    let place = this.#home(word0, word1);
    while (this.#values[place] !== undefined) place = this.#after(place);
    return place;
  }

  /** Of entries that lie together, which is a random choice: where a key goes has nothing to do with its use. */
  #leastUsed(): number {
    let oldest = -1;
    let usedAt = Number.POSITIVE_INFINITY;
    let place = Math.floor(Math.random() * this.#places);
    for (let left = Math.min(SAMPLE, this.#size); left > 0; place = this.#after(place)) {
      if (this.#values[place] === undefined) continue;
      left--;
      const at = this.#doubles[place * ROW_DOUBLES + USED_AT] ?? 0;
      if (at >= usedAt) continue;
      usedAt = at;
      oldest = place;
    }
    return oldest;
  }

  /** Empties a place. Who is further on only because it was taken moves up, since a look-up ends at an empty one. */
  #vacate(empty: number): void {
    let gap = empty;
    for (let place = this.#after(gap); this.#values[place] !== undefined; place = this.#after(place)) {
      const row = place * ROW_WORDS;
      const home = this.#home(this.#words[row] ?? 0, this.#words[row + 1] ?? 0);
      if (this.#distance(home, place) < this.#distance(gap, place)) continue;
      this.#words.copyWithin(gap * ROW_WORDS, row, row + ROW_WORDS);
      this.#values[gap] = this.#values[place];
      gap = place;
    }
    this.#values[gap] = undefined;
    this.#size--;
  }

  /** Multiply-shift hashing with a secret multiplier, onto as many places as there are. */
  #home(word0: number, word1: number): number {
    const hash = (Math.imul(word0, this.#seed0) + Math.imul(word1, this.#seed1)) >>> 0;
    return Math.floor((hash / 2 ** 32) * this.#places);
  }

  #after(place: number): number {
    return place + 1 === this.#places ? 0 : place + 1;
  }

  #distance(from: number, to: number): number {
    return to >= from ? to - from : to - from + this.#places;
  }
}

/** Four bytes of a key. */
function word(key: string, index: number): number {
  const at = index * 4;
  return (
    key.charCodeAt(at) | (key.charCodeAt(at + 1) << 8) | (key.charCodeAt(at + 2) << 16) | (key.charCodeAt(at + 3) << 24)
  );
}

function restEquals(words: Int32Array, row: number, key: string): boolean {
  for (let index = 2; index < 8; index++) if (words[row + index] !== word(key, index)) return false;
  return true;
}
