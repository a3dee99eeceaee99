import { assetAt } from '../assets.ts';
import { STYLE_PATH } from './paths.ts';

/** The style sheet of the sign-in pages; it goes inline into each, so that its hash can stand in their policy. */
export const STYLE: string = assetAt(STYLE_PATH).content;
