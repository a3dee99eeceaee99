/** What the API says in `WWW-Authenticate` when it refuses a token (RFC 6750 §3). */
export interface Challenge {
  readonly error: string | undefined;
  readonly description: string | undefined;
  /** What the token would have to allow; empty unless that is what is wrong. */
  readonly scopes: readonly string[];
}

/** @returns undefined when the header is missing or asks for something other than a bearer token */
export function readChallenge(headers: Headers): Challenge | undefined {
  const header = headers.get('www-authenticate');
  if (header === null || !/^bearer\b/i.test(header)) return undefined;
  const parameters = new Map<string, string>();
  for (const [, name = '', value = ''] of header.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/gi)) {
    parameters.set(name.toLowerCase(), value.replace(/\\(.)/g, '$1'));
  }
  return {
    error: parameters.get('error'),
    description: parameters.get('error_description'),
    scopes: parameters.get('scope')?.split(' ') ?? [],
  };
}

/** One line: the code for programs, then the sentence for people. */
export function formatChallenge({ error, description }: Challenge): string | undefined {
  return error === undefined ? description : description === undefined ? error : `${error}: ${description}`;
}
