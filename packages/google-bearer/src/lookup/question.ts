import { type KnownToken, knownToken } from '../memory/known-token.ts';
import type { TokeninfoFacts } from './tokeninfo/response.ts';

/** What is asked about a token. */
export interface Question {
  readonly key: string;
  readonly token: string;
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
export function byGoogle(answer: TokeninfoFacts | undefined): Answer {
  return { known: answer && knownToken(answer.facts, Date.now()), source: 'google' };
}
