/** What is one scope (RFC 6749 §3.3), and what is not. Packages that check one without sharing the code share these cases. */
export const scopeNames: readonly string[] = [
  'email',
  'https://www.googleapis.com/auth/calendar.readonly',
  '!',
  '#$%&()*+,-./0:;<=>?@A[]^_`a{|}~',
  'a'.repeat(500),
];

export const unfitScopeNames: readonly string[] = [
  '',
  ' ',
  ' email',
  'email ',
  'email profile',
  'email\tprofile',
  'email\n',
  'e"mail',
  'e\\mail',
  'e\u00a0mail',
  'caf\u00e9',
  'email\u007f',
  'email\u0000',
  '\u200bemail',
];
