/** Where the API knows the token from. */
export type TokenSource = 'memory' | 'shared' | 'google';

const WORDS: Readonly<Record<TokenSource, string>> = {
  memory: 'from memory',
  shared: 'from the shared cache',
  google: 'Google was asked',
};

/** @returns undefined when the API does not say it, as for a token that it refuses */
export function readTokenSource(headers: Headers): TokenSource | undefined {
  const [, source] = /(?:^|,)\s*token;desc="?(\w+)/.exec(headers.get('server-timing') ?? '') ?? [];
  return source === 'memory' || source === 'shared' || source === 'google' ? source : undefined;
}

/** For people. */
export function sayTokenSource(source: TokenSource): string {
  return WORDS[source];
}
