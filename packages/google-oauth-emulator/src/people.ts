import { flag, list, nothingElse, optional, record, text } from './checks.ts';
import { accountNumber } from './random.ts';

/** An account that can sign in at the emulator. Only `email` is required. */
export interface UserOptions {
  /** Unique among the users, compared without regard to case. */
  readonly email: string;
  /** Google's stable account id, 1–255 visible ASCII characters. Default: 21 digits derived from the e-mail. */
  readonly sub?: string;
  /** Full name. Default: made from the part of the e-mail before the `@`. */
  readonly name?: string;
  /** Default: the first word of `name`. */
  readonly givenName?: string;
  /** Default: the other words of `name`; left out when there are none. */
  readonly familyName?: string;
  /** Default: true. */
  readonly emailVerified?: boolean;
  /** URL of the portrait. Default: one that the emulator draws. */
  readonly picture?: string;
  /** Google Workspace domain of the account. Default: none, as for a gmail.com account. */
  readonly hd?: string;
}

/** A user with every default filled in. */
export interface User {
  readonly email: string;
  readonly sub: string;
  readonly name: string;
  readonly givenName: string;
  readonly familyName: string | undefined;
  readonly emailVerified: boolean;
  readonly picture: string | undefined;
  readonly hd: string | undefined;
}

const DEFAULT_USERS: readonly UserOptions[] = [
  { email: 'ada@example.com', name: 'Ada Lovelace', sub: '106488946935451153824' },
  { email: 'grace@example.org', name: 'Grace Hopper', sub: '113746508213490785132', hd: 'example.org' },
  { email: 'una@example.net', name: 'Una Marlow', sub: '101920563377410986425', emailVerified: false },
];

export function isEmail(value: string): boolean {
  return value.length <= 254 && /^[^\s@<>"]+@[^\s@<>".]+(\.[^\s@<>".]+)*$/.test(value);
}

function readUser(name: string, value: unknown): User {
  const {
    email,
    sub,
    name: fullName,
    givenName,
    familyName,
    emailVerified,
    picture,
    hd,
    ...rest
  } = record(name, value);
  nothingElse(name, rest);
  const address = text(`${name}.email`, email);
  if (!isEmail(address)) throw new TypeError(`${name}.email must be an e-mail address`);
  const id = optional(`${name}.sub`, sub, text) ?? accountNumber(address.toLowerCase());
  // OpenID Connect Core 1.0, section 2.
  if (!/^[\x21-\x7e]{1,255}$/.test(id)) throw new TypeError(`${name}.sub must be 1-255 visible ASCII characters`);
  const shownName = optional(`${name}.name`, fullName, text) ?? nameFrom(address);
  const [first = shownName, ...others] = shownName.split(' ');
  return {
    email: address,
    sub: id,
    name: shownName,
    givenName: optional(`${name}.givenName`, givenName, text) ?? first,
    familyName: optional(`${name}.familyName`, familyName, text) ?? (others.join(' ') || undefined),
    emailVerified: optional(`${name}.emailVerified`, emailVerified, flag) ?? true,
    picture: optional(`${name}.picture`, picture, text),
    hd: optional(`${name}.hd`, hd, text),
  };
}

function nameFrom(email: string): string {
  const words = email.slice(0, email.indexOf('@')).split(/[._+-]+/);
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ') || email;
}

/** The accounts that exist, in the order in which the chooser shows them. */
export class People {
  readonly #people: User[] = [];

  constructor(options: unknown) {
    list('users', options ?? DEFAULT_USERS).forEach((option, index) => {
      this.#add(readUser(`users[${index}]`, option), `users[${index}]`);
    });
    if (this.#people.length === 0) throw new TypeError('users must name at least one user');
  }

  get all(): readonly User[] {
    return this.#people;
  }

  get first(): User {
    const [first] = this.#people;
    if (first === undefined) throw new Error('there are no users');
    return first;
  }

  /** By `sub` or by e-mail. */
  find(key: string): User | undefined {
    const email = key.toLowerCase();
    return this.#people.find((user) => user.sub === key || user.email.toLowerCase() === email);
  }

  /** "Use another account": whoever types an unknown address gets a new account. */
  findOrCreate(email: string): User {
    return this.find(email) ?? this.#add(readUser('email', { email }), 'email');
  }

  #add(user: User, name: string): User {
    if (this.find(user.email) !== undefined) throw new TypeError(`${name}.email is taken by another user`);
    if (this.find(user.sub) !== undefined) throw new TypeError(`${name}.sub is taken by another user`);
    this.#people.push(user);
    return user;
  }
}
