/** What is said about a sign-in that did not work. */
export interface SignInProblem {
  readonly title: string;
  readonly text: string;
  /** Whether another account may do better, so that Google should ask which one. */
  readonly offersOtherAccount?: true;
}

const again = 'Please try again.';

interface KnownProblem extends SignInProblem {
  /** For somebody who is signed in, and was asked for one more permission. */
  readonly textWhenSignedIn?: string;
  readonly titleWhenSignedIn?: string;
}

const problems: ReadonlyMap<string, KnownProblem> = new Map([
  [
    'EmailNotShared',
    {
      title: 'The API does not accept this account without its e-mail address',
      text: 'You did not share the address at Google. Sign in again, and leave the box for it ticked.',
      textWhenSignedIn:
        'You did not share the address at Google. You are still signed in as before: try again, and leave the box ticked.',
      offersOtherAccount: true,
    },
  ],
  [
    'EmailNotVerified',
    {
      title: 'The API does not accept this account yet',
      text: 'Google has not verified its e-mail address. Verify it in your Google account, or choose another account.',
      textWhenSignedIn: 'Google has not verified its e-mail address. You are still signed in as before.',
      offersOtherAccount: true,
    },
  ],
  [
    'AccessDenied',
    {
      title: 'The API does not accept this account',
      text: 'An administrator has probably blocked it. Ask whoever runs this site, or choose another account.',
      textWhenSignedIn: 'An administrator has probably blocked it. You are still signed in as before.',
      offersOtherAccount: true,
    },
  ],
  [
    'ApiUnavailable',
    {
      title: 'The API cannot be reached',
      text: 'You were not signed in, and this is not about you or your account. Please try again in a moment.',
      textWhenSignedIn:
        'You are still signed in as before, and this is not about you or your account. Please try again in a moment.',
    },
  ],
  [
    'Callback',
    {
      title: 'The sign-in was not completed',
      text: 'You stopped at Google, or something went wrong on the way back. Nothing has changed, and you can try again whenever you like.',
      titleWhenSignedIn: 'You did not allow it at Google',
      textWhenSignedIn: 'You are still signed in as before.',
    },
  ],
  [
    'OAuthSignin',
    { title: 'Google could not be reached', text: `You have not been sent there, and nothing has changed. ${again}` },
  ],
  [
    'OAuthCallback',
    {
      title: 'The sign-in with Google did not go through',
      text: `Google could not be reached, or this sign-in was begun in another window or too long ago. ${again}`,
    },
  ],
  ['SessionRequired', { title: 'Sign in first', text: 'That page is for people who are signed in.' }],
  [
    'Configuration',
    { title: 'This site is not set up correctly', text: 'Whoever runs it finds the reason in its log.' },
  ],
]);

const other: KnownProblem = { title: 'Signing in did not work', text: `Nothing has changed. ${again}` };

/**
 * @param code the `error` that NextAuth puts into the URL. Anybody can write a URL, so it is looked up, never shown.
 * @param isSignedIn whether there is a session in spite of it
 */
export function signInProblem(code: string, isSignedIn: boolean): SignInProblem {
  const { titleWhenSignedIn, textWhenSignedIn, ...problem } = problems.get(code) ?? other;
  const { title, text } = problem;
  return isSignedIn ? { ...problem, title: titleWhenSignedIn ?? title, text: textWhenSignedIn ?? text } : problem;
}
