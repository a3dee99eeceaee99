/**
 * Things by what some of them have in common. A group that empties disappears, and most have one member, which needs no set.
 * A group may be walked over while it changes: what was taken out of it is passed over, what was put in comes last.
 */
export class Groups<Key, Member extends object> {
  readonly #groups = new Map<Key, Member | Set<Member>>();

  add(key: Key, member: Member): void {
    const group = this.#groups.get(key);
    if (group === undefined) this.#groups.set(key, member);
    else if (group instanceof Set) group.add(member);
    else this.#groups.set(key, new Set([group, member]));
  }

  delete(key: Key, member: Member): void {
    const group = this.#groups.get(key);
    if (group === member) this.#groups.delete(key);
    else if (group instanceof Set && group.delete(member) && group.size === 0) this.#groups.delete(key);
  }

  /** Those of one group; undefined when there are none. */
  of(key: Key): Iterable<Member> | undefined {
    const group = this.#groups.get(key);
    return group && membersOf(group);
  }

  keys(): Iterable<Key> {
    return this.#groups.keys();
  }

  /** Those of all groups. */
  *all(): Generator<Member, void> {
    for (const group of this.#groups.values()) yield* membersOf(group);
  }
}

function membersOf<Member extends object>(group: Member | Set<Member>): Iterable<Member> {
  return group instanceof Set ? group : [group];
}
