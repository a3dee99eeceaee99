'use client';

import { useRef, useState } from 'react';
import { fingerprintOf } from './fingerprint.ts';
import type { CallRecord, Line, NewLine } from './record.ts';

/** The last things that happened. */
export interface Records {
  /** The newest first. */
  readonly lines: readonly Line[];
  /** Adds a line, about this access token if it is about one. Returns its number. */
  add(line: NewLine, accessToken?: string): number;
  /** What becomes known of a call later: the body comes after the headers. */
  amend(id: number, later: Partial<Pick<CallRecord, 'reason' | 'code'>>): void;
}

const KEPT = 12;

/** @see Records */
export function useRecords(): Records {
  const [lines, setLines] = useState<readonly Line[]>([]);
  const lastId = useRef(0);
  const change = (id: number, later: Partial<CallRecord>): void =>
    setLines((before) => before.map((line) => (line.id === id ? Object.assign({}, line, later) : line)));
  return {
    lines,
    add(line, accessToken) {
      lastId.current += 1;
      const id = lastId.current;
      setLines((before) => sorted([{ at: Date.now(), ...line, id }, ...before]).slice(0, KEPT));
      if (accessToken !== undefined) void fingerprintOf(accessToken).then((fingerprint) => change(id, { fingerprint }));
      return id;
    },
    amend: change,
  };
}

/** A sign-in is heard of after it has happened. */
function sorted(lines: readonly Line[]): readonly Line[] {
  return lines.toSorted((a, b) => b.at - a.at || b.id - a.id);
}
