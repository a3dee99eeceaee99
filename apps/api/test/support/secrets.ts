import {
  type GoogleEmulator,
  type MintTokenOptions,
  startGoogleEmulator,
  type UserOptions,
} from 'google-oauth-emulator';
import type { Test } from 'tap';

export const ADA = { sub: '106488946935451153824', email: 'ada@example.com' } as const;
export const GRACE = { sub: '113746508213490785132', email: 'grace@example.org' } as const;
export const UNA = { sub: '101920563377410986425', email: 'una@example.net' } as const;

/** The emulator, remembering everything that no log line and no metric may ever show. */
export interface Google extends GoogleEmulator {
  readonly clientId: string;
  /** Of the texts given, those that hold a token, an e-mail address or a sub. */
  leaks(texts: readonly string[]): readonly string[];
}

export async function startGoogle(t: Test, options: { users?: readonly UserOptions[] } = {}): Promise<Google> {
  const emulator = await startGoogleEmulator(options);
  t.teardown(() => emulator.close());
  const tokens = new Set<string>();
  const [client] = emulator.clients;
  if (client === undefined) throw new Error('the emulator has no client');
  return {
    ...emulator,
    clientId: client.id,
    mintToken(wanted?: MintTokenOptions) {
      const token = emulator.mintToken(wanted);
      tokens.add(token);
      return token;
    },
    leaks(texts) {
      const secrets = [...tokens, ...emulator.users.flatMap(({ sub, email }) => [sub, email])];
      return texts.filter((text) => secrets.some((secret) => text.includes(secret)));
    },
  };
}
