import { ApiError } from '../errors.ts';
import { isLoopback } from '../loopback.ts';
import { readDisplayName } from './display-name.ts';

/** What NextAuth sends after a sign-in; null as well as absence means "not given". */
export interface ProfileBody {
  readonly id?: string | null;
  readonly name?: string | null;
  readonly email?: string | null;
  readonly image?: string | null;
}

/** The body of a sign-in. Members that are not named here are ignored. */
export const profileBodySchema = {
  description: 'What NextAuth knows of the user. Identity and e-mail come from the token alone.',
  type: ['object', 'null'],
  properties: {
    id: { type: ['string', 'null'], maxLength: 255, description: 'If given, it has to be the `sub` of the token' },
    name: {
      type: ['string', 'null'],
      maxLength: 200,
      description:
        'No control characters. One that shows nothing, or that turns text around (U+202A–E, U+2066–9), counts as not given',
    },
    email: { type: ['string', 'null'], maxLength: 320, description: 'Ignored: the token says it' },
    image: { type: ['string', 'null'], maxLength: 2048, description: 'An https URL' },
  },
  examples: [{ name: 'Ada Lovelace', image: 'https://www.example.com/ada.png' }],
} as const;

/**
 * Takes what may be displayed.
 *
 * @param allowLoopback lets portraits come over http from this machine, where the emulator draws them
 * @throws {ApiError} 400 when the name holds control characters, or the image is not an https URL; `javascript:` and `data:` must never reach a page
 */
export function readProfile(
  body: ProfileBody | null | undefined,
  allowLoopback: boolean,
): { readonly name?: string; readonly image?: string } {
  const name = readDisplayName(body?.name);
  const image = body?.image;
  if (image && !isImageUrl(image, allowLoopback)) {
    throw new ApiError(400, 'ERR_BODY_INVALID', 'body/image must be an https URL');
  }
  return { ...(name && { name }), ...(image && { image }) };
}

function isImageUrl(value: string, allowLoopback: boolean): boolean {
  // The URL parser forgives white space and control characters; a page's parser may see something else.
  if (!/^[\x21-\x7e]+$/.test(value) || !URL.canParse(value)) return false;
  const { protocol, hostname, username, password } = new URL(value);
  if (username || password) return false;
  return protocol === 'https:' || (allowLoopback && protocol === 'http:' && isLoopback(hostname));
}
