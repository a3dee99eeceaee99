import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

/** Variables by name; one that is not there is undefined. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** What the stack was told. */
export interface Environment {
  /** The real environment, and what `.env` adds to it. */
  readonly variables: Variables;
  /** Whether there is a `.env`. */
  readonly hasFile: boolean;
  /** The names that `.env` sets. */
  readonly fileNames: readonly string[];
}

/** The real environment over the `.env` of a folder, by default the one that the program was started in. */
export function readEnvironment(folder: string = process.cwd(), real: Variables = process.env): Environment {
  const text = readIfThere(join(folder, '.env'));
  // Windows' Notepad may put a byte order mark first, which would become part of the first name.
  const file = parseEnv((text ?? '').replace(/^\uFEFF/, ''));
  return { variables: { ...file, ...real }, hasFile: text !== undefined, fileNames: Object.keys(file) };
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Error(`.env cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}
