import type { TokenSource } from './token-source.ts';

/** Names and values, as they are shown. */
export type HeaderLines = readonly (readonly [name: string, value: string])[];

interface Recorded {
  readonly id: number;
  /** ms since the epoch. */
  readonly at: number;
  /** Which access token this is about; undefined while it is not known. */
  readonly fingerprint?: string | undefined;
}

/** One request that was sent. */
export interface CallRecord extends Recorded {
  readonly kind: 'call';
  readonly method: string;
  readonly path: string;
  /** To the API, or to this site. */
  readonly to: 'api' | 'site';
  /** What was sent, as JSON; undefined: nothing. */
  readonly body?: string | undefined;
  /** undefined: no answer came. */
  readonly status: number | undefined;
  /** The API's own words: the challenge, or the message of the error. */
  readonly reason?: string | undefined;
  /** The API's code of the error. */
  readonly code?: string | undefined;
  readonly durationMs?: number | undefined;
  readonly source?: TokenSource | undefined;
  /** As far as CORS lets the page read them. */
  readonly responseHeaders?: HeaderLines | undefined;
}

/** Something that happened to the tokens. */
export interface EventRecord extends Recorded {
  readonly kind: 'event';
  readonly event: 'signed-in' | 'renewed' | 'refused';
  readonly text: string;
}

/** One line of the list. */
export type Line = CallRecord | EventRecord;

/** A line that is not in the list yet. */
export type NewLine = Omit<CallRecord, 'id' | 'at'> | (Omit<EventRecord, 'id' | 'at'> & { readonly at?: number });
