/** The members of a JSON object, to be checked one by one; of anything else, none. */
export function membersOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

/** Whether this is a string, or the null that the API uses for "not known". */
export function isTextOrNull(value: unknown): value is string | null {
  return typeof value === 'string' || value === null;
}
