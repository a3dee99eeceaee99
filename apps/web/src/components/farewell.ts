/** What is said to somebody who has left, because it was done. */
export interface Farewell {
  readonly title: string;
  readonly text: string;
}

export const signedOut: Farewell = {
  title: 'You are signed out in this browser',
  text: 'The API knows nothing of it: signing out here only forgets the token.',
};

export const signedOutEverywhere: Farewell = {
  title: 'You are signed out everywhere',
  text: 'The API refuses every token issued to you until now, and Google gives this app no new ones.',
};

export const accountDeleted: Farewell = {
  title: 'Your account is deleted',
  text: 'The record is gone, every token is refused, and this app has no access to your Google account any more.',
};
