import { KnownToken } from '../memory/known-token.ts';
import type { TokeninfoFacts } from './tokeninfo/response.ts';

/** What is asked about a token. */
export interface Question {
  readonly key: string;
  readonly token: string;
  /** Who asks: what becomes known belongs to this one alone. */
  readonly asker: object;
  /** Whether Google has said yes to it before. */
  readonly wasGood: boolean;
  /** How old another instance's answer may be. */
  readonly maxAgeMs: number;
}

/** What is known now. */
export interface Answer {
  /** Undefined: Google says no. */
  readonly known: KnownToken | undefined;
  readonly source: 'shared' | 'google';
}

/** What Google has said just now. */
export function byGoogle({ key, asker }: Question, answer: TokeninfoFacts | undefined): Answer {
  return { known: answer && new KnownToken(answer.facts, { key, asker, statedAt: Date.now() }), source: 'google' };
}
