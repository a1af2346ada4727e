import type { InputIssue } from '@stet/protocol';
import type { AuthContext } from 'better-auth';

// The people who may sign in. The operator makes them (`stet user add`); nobody signs up over HTTP.

export interface User {
  id: string;
  name: string;
  username: string;
}

export interface NewUser {
  /** 2 to 32 of a-z 0-9 . _ - beginning with a letter or digit; becomes the id as well. Capitals are lowered. */
  username: string;
  /** What others read beside a change; the username where none is given. */
  name?: string;
  /** `<username>@stet.invalid` where none is given: Stet sends no mail. */
  email?: string;
  /** null: they sign in by token alone, and no password is right. */
  password: string | null;
}

export type AddedUser =
  | { kind: 'added'; user: User }
  /** The username or the mail address belongs to somebody already. */
  | { kind: 'taken'; username: string }
  | { kind: 'invalid'; errors: InputIssue[] };

export interface Users {
  add(input: NewUser): Promise<AddedUser>;
  /** By username (in any case) or id. */
  find(usernameOrId: string): Promise<User | null>;
  /** All of them, by username. */
  list(): Promise<User[]>;
}

export const usernameLength = { least: 2, most: 32 } as const;
export const lowered = (username: string): string => username.toLowerCase();
export const isUsername = (username: string): boolean => /^[a-z0-9][a-z0-9._-]{1,31}$/.test(lowered(username));

const mostListed = 100_000;
const mailDomain = '@stet.invalid';
/** The username behind an address that Stet made up, else the address itself: both ways to sign in as one user. */
export const accountOf = (usernameOrEmail: string): string => {
  const name = lowered(usernameOrEmail);
  return name.endsWith(mailDomain) ? name.slice(0, -mailDomain.length) : name;
};

interface UserRow {
  id: string;
  name: string;
  username?: string | null;
}

/** How a user's row in the library's table looks to the rest of Stet. */
export const userOf = (row: UserRow): User => ({ id: row.id, name: row.name, username: row.username ?? row.id });

export function createUsers({ adapter, internalAdapter, password }: AuthContext): Users {
  const { minPasswordLength, maxPasswordLength } = password.config;

  async function find(usernameOrId: string): Promise<User | null> {
    const where = (field: string, value: string) =>
      adapter.findOne<UserRow>({ model: 'user', where: [{ field, value }] });
    const row = (await where('username', lowered(usernameOrId))) ?? (await where('id', usernameOrId));
    return row && userOf(row);
  }

  function issuesOf(input: NewUser & { name: string }): InputIssue[] {
    const errors: InputIssue[] = [];
    if (!isUsername(input.username)) {
      const { least, most } = usernameLength;
      errors.push({ path: 'username', message: `Use ${least} to ${most} of a-z 0-9 . _ -, a letter or digit first` });
    }
    if (!/^\P{C}{1,80}$/u.test(input.name)) {
      errors.push({ path: 'name', message: 'Use 1 to 80 characters, none of them invisible' });
    }
    if (input.email !== undefined && !/^[^\s@]{1,64}@[^\s@]{1,190}$/.test(input.email)) {
      errors.push({ path: 'email', message: 'This is not a mail address' });
    }
    const length = input.password?.length ?? minPasswordLength;
    if (length < minPasswordLength || length > maxPasswordLength) {
      errors.push({ path: 'password', message: `Use ${minPasswordLength} to ${maxPasswordLength} characters` });
    }
    return errors;
  }

  /** A user without an account was cut off while being made: nobody can be signed in as it yet, and it is finished. */
  async function taken(username: string, email: string): Promise<boolean> {
    const user = await find(username);
    if (user) return (await internalAdapter.findAccounts(user.id)).length > 0;
    return (await internalAdapter.findUserByEmail(email)) !== null;
  }

  async function store({ username, name, email, password: secret }: Required<NewUser>): Promise<User> {
    const hash = secret === null ? null : await password.hash(secret);
    try {
      await internalAdapter.createUser({ id: username, username, name, email, emailVerified: false });
    } catch (error) {
      if (!(await find(username))) throw error;
    }
    // A fixed id: of two who add the same user at once, the table lets one keep a password.
    const id = `credential-${username}`;
    await internalAdapter.linkAccount({
      id,
      userId: username,
      accountId: username,
      providerId: 'credential',
      password: hash,
    });
    return { id: username, name, username };
  }

  return {
    find,
    async list() {
      const users = (await adapter.findMany<UserRow>({ model: 'user', limit: mostListed })).map(userOf);
      // Each database has its own order of text; this is by code points.
      return users.sort((one, other) => (one.username < other.username ? -1 : 1));
    },
    async add(given) {
      const username = lowered(given.username);
      const name = (given.name ?? given.username).trim();
      const email = lowered(given.email ?? username + mailDomain);
      const errors = issuesOf({ ...given, username, name });
      if (errors.length > 0) return { kind: 'invalid', errors };
      if (await taken(username, email)) return { kind: 'taken', username };
      try {
        return { kind: 'added', user: await store({ username, name, email, password: given.password }) };
      } catch (error) {
        if (await taken(username, email)) return { kind: 'taken', username };
        throw error;
      }
    },
  };
}
