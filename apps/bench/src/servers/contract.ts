/** What the servers need in order to let the load in. All of it is made up for one run of the suite. */
export interface Credentials {
  /** Values of the Authorization header with a Google-like access token, each of another user. */
  readonly googleHeaders: readonly string[];
  /** The one key that a server with a static key knows. */
  readonly staticKey: string;
  /** The key that JWTs are signed with, as PEM, for servers that are given it. */
  readonly publicKey: string;
  /** Where the same key is published as a JWK set, for servers that fetch it. */
  readonly jwksUri: string;
  /** What JWTs say in `iss`. */
  readonly issuer: string;
  /** What JWTs say in `aud`. */
  readonly audience: string;
  /** How many JWTs there are. */
  readonly jwts: number;
  /** The database that some routes read, and how many accounts are in it. */
  readonly accounts: { readonly path: string; readonly count: number };
}

/** A server of one route: it listens on a free loopback port, and answers `GET /api/user` with {@link account}. */
export interface RouteServer {
  /** @returns its origin, such as `http://127.0.0.1:4000` */
  listen(credentials: Credentials): Promise<string>;
}

/** What every server answers, so that they differ in how they protect the route and in nothing else. */
export const account = {
  id: '100000000000000004999',
  email: 'person.number4999@example.com',
  name: 'Person Number 4999',
  image: 'https://lh3.googleusercontent.com/a/AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGhIjKlMnOpQ=s96-c',
  createdAt: '2026-01-01T00:00:00.000Z',
  lastSignInAt: '2026-01-02T00:00:00.000Z',
};

export type Account = typeof account;
