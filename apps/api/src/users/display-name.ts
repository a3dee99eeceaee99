import { ApiError } from '../errors.ts';

/**
 * What shows nothing by itself: white space and controls, all that Unicode lets a font ignore (zero-width characters, fillers, tags,
 * variation selectors), marks that only change the character before them, and the few blanks that Unicode lists among letters and symbols.
 * Fonts draw nothing for the last ones: Braille without dots, a missing object, a null notehead, two Egyptian blanks.
 */
const INVISIBLE =
  /^[\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\p{M}\u2800\ufffc\u{1d159}\u{13441}\u{13442}]*$/u;

/** Embeddings, overrides and isolates: with them one name reads like another, and text after it on a page is turned around. */
const TURNS_TEXT = /[\u202a-\u202e\u2066-\u2069]/;

/** Controls, and halves of a surrogate pair, which no database could keep. */
const UNFIT = /[\p{Cc}\p{Cs}]/u;

/**
 * Reads the name of a person, as it may be displayed. Of any script: what joins or separates letters and emoji inside it stays.
 *
 * @returns undefined when nobody could read it, which then counts as not sent
 * @throws {ApiError} 400 when a name that can be read holds control characters
 */
export function readDisplayName(sent: string | null | undefined): string | undefined {
  const name = sent?.trim() ?? '';
  if (INVISIBLE.test(name) || TURNS_TEXT.test(name)) return undefined;
  if (UNFIT.test(name)) throw new ApiError(400, 'ERR_BODY_INVALID', 'body/name must not hold control characters');
  return name;
}
