/** What the flood goes to. */
export const PROTECTED = '/api/user';

/** The control: a route of the same server that needs no token. */
export const PUBLIC = '/public';

/** Each client has a loopback address of its own, of which Linux has 16 million. */
export const CLIENTS = {
  /** Sends unknown tokens. */
  flooder: '127.0.0.1',
  /** Sends known and new good ones. */
  good: '127.0.0.2',
  /** Sends unknown tokens before anything is measured, on a budget of its own: the code is warm afterwards. */
  rehearsal: '127.0.0.3',
} as const;
