import { isTextOrNull, membersOf } from './members.ts';

/** The record of the signed-in user, as `GET /api/user` returns it. */
export interface User {
  /** Google's `sub`. */
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  /** A URL. */
  readonly image: string | null;
  /** These three in RFC 3339. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly lastSignInAt: string;
}

/** @returns undefined when the answer is not such a record */
export function readUser(body: unknown): User | undefined {
  const members = membersOf(body);
  const [id, email, createdAt, updatedAt, lastSignInAt] = ['id', 'email', 'createdAt', 'updatedAt', 'lastSignInAt'].map(
    (key) => members.get(key),
  );
  const name = members.get('name');
  const image = members.get('image');
  if (typeof id !== 'string' || typeof email !== 'string' || !isTextOrNull(name) || !isTextOrNull(image))
    return undefined;
  if (typeof createdAt !== 'string' || typeof updatedAt !== 'string' || typeof lastSignInAt !== 'string')
    return undefined;
  return { id, email, name, image, createdAt, updatedAt, lastSignInAt };
}
