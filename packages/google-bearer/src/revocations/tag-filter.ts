const FIRST_TAGS = 1024;

/** Bits for each tag that there is room for: with three of them set, about one stranger in a hundred is taken for a member. */
const BITS_PER_TAG = 16;

/**
 * Says of a tag that it was never added, or that it may have been: a Bloom filter whose bits for one tag lie in one word.
 *
 * Nearly every user who calls has no rule. In a `Map` of a million keys it takes several trips to memory to find that out,
 * here one, to memory a tenth as large.
 */
export class TagFilter {
  #words = new Int32Array();
  /** How many of the 32 bits of a tag's first part are not needed to choose a word. */
  #shift = 0;
  #room = 0;
  #added = 0;

  /** @param tag a whole number of up to 52 bits, random in each of them */
  mayHave(tag: number): boolean {
    if (this.#added === 0) return false;
    const bits = bitsOf(tag);
    return ((this.#words[(tag | 0) >>> this.#shift] ?? 0) & bits) === bits;
  }

  /**
   * Adds a tag. What was added before is never taken out, until there is no room left.
   *
   * @param all every tag that still matters, this one included
   */
  add(tag: number, all: () => Iterable<number>): void {
    if (this.#added === this.#room) {
      this.#makeRoom(all);
      return;
    }
    this.#set(tag);
  }

  #makeRoom(all: () => Iterable<number>): void {
    const tags = [...all()];
    this.#room = FIRST_TAGS;
    // Half of it stays free, so that this is rare.
    while (this.#room < tags.length * 2) this.#room *= 2;
    const words = (this.#room * BITS_PER_TAG) / 32;
    this.#words = new Int32Array(words);
    this.#shift = 32 - Math.log2(words);
    this.#added = 0;
    for (const tag of tags) this.#set(tag);
  }

  #set(tag: number): void {
    const at = (tag | 0) >>> this.#shift;
    this.#words[at] = (this.#words[at] ?? 0) | bitsOf(tag);
    this.#added++;
  }
}

/** Three of 32 bits, chosen by the part of a tag that does not choose the word. */
function bitsOf(tag: number): number {
  const high = (tag / 2 ** 32) | 0;
  return (1 << (high & 31)) | (1 << ((high >>> 5) & 31)) | (1 << ((high >>> 10) & 31));
}
