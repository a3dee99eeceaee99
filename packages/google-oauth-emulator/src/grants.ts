/** What one person allowed one project. Every token of the two hangs on it and dies with it. */
export interface Grant {
  readonly scopes: Set<string>;
  /** Clients that have been given a refresh token; Google issues the first one without being asked twice. */
  readonly offlineClients: Set<string>;
  ended: boolean;
}

interface Entry {
  readonly project: string;
  readonly sub: string;
  readonly grant: Grant;
}

/** The grants in force, one for each pair of project and person. */
export class Grants {
  readonly #entries = new Map<string, Entry>();

  /** The grant in force, if there is one. */
  find(project: string, sub: string): Grant | undefined {
    const known = this.#entries.get(keyOf(project, sub))?.grant;
    return known?.ended === true ? undefined : known;
  }

  /** The grant in force, or a new one that allows nothing yet. */
  of(project: string, sub: string): Grant {
    const known = this.find(project, sub);
    if (known !== undefined) return known;
    const grant: Grant = { scopes: new Set(), offlineClients: new Set(), ended: false };
    this.#entries.set(keyOf(project, sub), { project, sub, grant });
    return grant;
  }

  /** Everything that this person has granted, with the projects. One without scopes carries minted tokens alone. */
  inForce(sub: string): readonly Entry[] {
    return [...this.#entries.values()].filter((entry) => entry.sub === sub && !entry.grant.ended);
  }
}

function keyOf(project: string, sub: string): string {
  return JSON.stringify([project, sub]);
}
