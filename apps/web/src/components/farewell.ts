/** What is said to somebody who is not signed in any more. */
export interface Farewell {
  readonly tone: 'good' | 'warning';
  readonly title: string;
  readonly text: string;
}

export const signedOut: Farewell = {
  tone: 'good',
  title: 'You are signed out in this browser',
  text: 'The API knows nothing of it: signing out here only forgets the tokens of this browser.',
};

export const signedOutEverywhere: Farewell = {
  tone: 'good',
  title: 'You are signed out everywhere',
  text: 'The API refuses every token issued to you until now, and Google gives this app no new ones.',
};

export const accountDeleted: Farewell = {
  tone: 'good',
  title: 'Your account is deleted',
  text: 'The record is gone, every token is refused, and this app has no access to your Google account any more.',
};

/** When no button here has done it: it was too old, or ended in another tab, or by whoever runs this site. */
export const sessionEnded: Farewell = {
  tone: 'warning',
  title: 'Your session has ended',
  text: 'It was ended in another tab, after a month without a visit, or by this site. To go on, sign in again.',
};
