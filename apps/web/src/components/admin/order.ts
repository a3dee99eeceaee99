/** What an administrator may order, as `POST /admin/revocations` takes it. */
export type Order = { readonly reason: string } & (
  | { readonly subject: string }
  | { readonly block: string }
  | { readonly unblock: string }
  | { readonly everyone: true }
);

/** The choices of the form. */
export type Choice = 'subject' | 'block' | 'unblock' | 'everyone';

interface Words {
  readonly name: string;
  /** Asked before it is done. */
  readonly question: (subject: string) => string;
  readonly text: string;
  /** Added when an administrator does it to themselves. */
  readonly ownText?: string;
  /** The answer that does it. */
  readonly yes: string;
}

/** What each does, in words. */
export const CHOICES: Readonly<Record<Choice, Words>> = {
  subject: {
    name: 'Sign out one user',
    question: (subject) => `Sign out ${subject}?`,
    text: 'The API refuses every access token issued to this user until now. Whoever still has the refresh token gets a new one.',
    ownText: 'This is you: your own token is refused as well.',
    yes: 'Yes, sign out',
  },
  block: {
    name: 'Block one user',
    question: (subject) => `Block ${subject}?`,
    text: 'The API refuses every access token of this user, new ones too, until somebody lifts the block.',
    ownText: 'This is you: you would lock yourself out.',
    yes: 'Yes, block',
  },
  unblock: {
    name: 'Lift a block',
    question: (subject) => `Lift the block of ${subject}?`,
    text: 'The API accepts this user’s tokens again, unless they are revoked for another reason.',
    yes: 'Yes, lift the block',
  },
  everyone: {
    name: 'Sign out everyone',
    question: () => 'Sign everyone out?',
    text: 'The API refuses every access token issued to anybody until now, yours included. Pages get new ones by themselves.',
    yes: 'Yes, sign everyone out',
  },
};

/** @param subject whom it is about; without meaning for everyone */
export function orderOf(choice: Choice, subject: string, reason: string): Order {
  switch (choice) {
    case 'subject':
      return { subject, reason };
    case 'block':
      return { block: subject, reason };
    case 'unblock':
      return { unblock: subject, reason };
    case 'everyone':
      return { everyone: true, reason };
  }
}
