/** What one person allowed one project. Every token of the two hangs on it and dies with it. */
export interface Grant {
  readonly scopes: Set<string>;
  /** Clients that have been given a refresh token; Google issues the first one without being asked twice. */
  readonly offlineClients: Set<string>;
  ended: boolean;
}

/** The grants in force, one for each pair of project and person. */
export class Grants {
  readonly #grants = new Map<string, Grant>();

  /** The grant in force, or a new one that allows nothing yet. */
  of(project: string, sub: string): Grant {
    const key = JSON.stringify([project, sub]);
    const known = this.#grants.get(key);
    if (known !== undefined && !known.ended) return known;
    const grant: Grant = { scopes: new Set(), offlineClients: new Set(), ended: false };
    this.#grants.set(key, grant);
    return grant;
  }
}
