// Where the forms of the sign-in pages go.

export const CHOOSER_PATH = '/signin/oauth/accountchooser';
export const CONSENT_PATH = '/signin/oauth/consent';

/** Portraits that the emulator draws. */
export const PORTRAIT_PATH = '/portrait';

// Files of the folder `assets`.

export const STYLE_PATH = '/assets/pages.css';
export const FORM_POST_SCRIPT = '/assets/form-post.js';
export const WEB_MESSAGE_SCRIPT = '/assets/web-message.js';
export const CONSOLE_PAGE = '/assets/console.html';
