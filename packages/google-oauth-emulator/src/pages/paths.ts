// Where the forms of the sign-in pages go.

export const CHOOSER_PATH = '/signin/oauth/accountchooser';
export const CONSENT_PATH = '/signin/oauth/consent';

/** Portraits that the emulator draws. */
export const PORTRAIT_PATH = '/portrait';
