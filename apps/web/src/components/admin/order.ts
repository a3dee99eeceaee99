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
  readonly question: string;
  readonly text: string;
}

/** What each does, in words. */
export const CHOICES: Readonly<Record<Choice, Words>> = {
  subject: {
    name: 'Sign out one user',
    question: 'Sign this user out?',
    text: 'The API refuses every access token issued to this user until now. Whoever still has the refresh token gets a new one.',
  },
  block: {
    name: 'Block one user',
    question: 'Block this user?',
    text: 'The API refuses every access token of this user, new ones too, until somebody lifts the block.',
  },
  unblock: {
    name: 'Lift a block',
    question: 'Lift the block of this user?',
    text: 'The API accepts this user’s tokens again, unless they are revoked for another reason.',
  },
  everyone: {
    name: 'Sign out everyone',
    question: 'Sign everyone out?',
    text: 'The API refuses every access token issued to anybody until now, yours included. Pages get new ones by themselves.',
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
