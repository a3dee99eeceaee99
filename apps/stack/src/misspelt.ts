import leven from 'leven';

/**
 * Points at names in `.env` that nobody reads and that look like one that somebody does. A misspelt name would be passed over
 * in silence, and its default used.
 */
export function misspelt(names: readonly string[], known: ReadonlySet<string>): string[] {
  return names
    .filter((name) => !known.has(name))
    .flatMap((name) => {
      const meant = nearest(name, known);
      return meant === undefined ? [] : [`Warning: .env sets ${name}, which nothing reads. Did you mean ${meant}?`];
    });
}

function nearest(name: string, known: ReadonlySet<string>): string | undefined {
  const upper = name.toUpperCase();
  // Two slips in a short name, and one more for every six letters beyond: TOKEN_CACHE_MAX_AGE lacks three.
  let least = Math.max(2, Math.floor(upper.length / 6)) + 1;
  let found: string | undefined;
  for (const candidate of known) {
    const slips = leven(upper, candidate, { maxDistance: least });
    // Of a name of three letters nothing is left after two slips.
    if (slips < least && slips * 2 < candidate.length) [least, found] = [slips, candidate];
  }
  return found;
}
