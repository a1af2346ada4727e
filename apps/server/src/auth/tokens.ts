import { createHash, randomBytes } from 'node:crypto';
import type { InputIssue } from '@stet/protocol';
import type { AuthContext, BetterAuthPlugin } from 'better-auth';
import type { Endings } from './endings.js';
import type { Identity } from './identity.js';
import { type User, type Users, userOf } from './users.js';

// Long-lived tokens for machines, in a table of their own beside the library's: only a hash is kept, so that neither
// a copy of the database nor a log can sign in. See docs/decisions/0003-sign-in.md.

export interface NewToken {
  /** Username or id of the user whom the machine acts for. */
  username: string;
  /** What the token is for, 1 to 80 characters. */
  label: string;
  /** How long it works, 1 to 3,660 days. */
  days: number;
}

export type CreatedToken =
  /** `token` is shown this once and can't be had again. */
  | { kind: 'created'; id: string; token: string; expires: Date }
  | { kind: 'no-user'; username: string }
  | { kind: 'invalid'; errors: InputIssue[] };

export interface TokenInfo {
  id: string;
  user: string;
  label: string;
  created: Date;
  expires: Date;
  revoked: Date | null;
}

export interface Tokens {
  create(input: NewToken): Promise<CreatedToken>;
  /** Newest first; of one user (id or username), or all. */
  list(username?: string): Promise<TokenInfo[]>;
  /** False where there is no such token, or it is revoked already. */
  revoke(idOrToken: string): Promise<boolean>;
  load(token: string): Promise<Identity | null>;
}

const prefix = 'stet_';
const sessionPrefix = 'token:';
const mostDays = 3660;
const mostListed = 10_000;

/** What stands in an identity where a page has the id of its session. */
export const tokenSession = (id: string): string => sessionPrefix + id;
export const isTokenSession = (session: string): boolean => session.startsWith(sessionPrefix);
export const tokenIdOf = (session: string): string => session.slice(sessionPrefix.length);

/** Has the library make and migrate the table, with the types that the dialect wants. */
export const tokensTable = {
  id: 'stet-tokens',
  schema: {
    apiToken: {
      modelName: 'api_tokens',
      fields: {
        userId: { type: 'string', required: true, index: true, references: { model: 'user', field: 'id' } },
        label: { type: 'string', required: true },
        hash: { type: 'string', required: true, unique: true },
        createdAt: { type: 'date', required: true },
        expiresAt: { type: 'date', required: true },
        revokedAt: { type: 'date', required: false },
      },
    },
  },
} satisfies BetterAuthPlugin;

interface TokenRow {
  id: string;
  userId: string;
  label: string;
  createdAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
}

const model = 'apiToken';
// The token is 256 random bits: a fast hash is enough, there is nothing to guess.
const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
const stands = (row: TokenRow): boolean => row.revokedAt === null && row.expiresAt.getTime() > Date.now();

export function createTokens({ adapter }: AuthContext, users: Users, endings: Endings): Tokens {
  const find = (field: 'id' | 'hash', value: string) => adapter.findOne<TokenRow>({ model, where: [{ field, value }] });

  return {
    async create({ username, label, days }) {
      const errors = issuesOf(label, days);
      if (errors.length > 0) return { kind: 'invalid', errors };
      const user = await users.find(username);
      if (!user) return { kind: 'no-user', username };
      const token = prefix + randomBytes(32).toString('base64url');
      const createdAt = new Date();
      const expires = new Date(createdAt.getTime() + days * 86_400_000);
      const data = { userId: user.id, label, hash: hashOf(token), createdAt, expiresAt: expires };
      const { id } = await adapter.create<typeof data & { revokedAt: Date | null }, TokenRow>({
        model,
        data: { ...data, revokedAt: null },
      });
      return { kind: 'created', id, token, expires };
    },

    async list(username) {
      const user = username === undefined ? null : await users.find(username);
      if (username !== undefined && !user) return [];
      const rows = await adapter.findMany<TokenRow>({
        model,
        where: user ? [{ field: 'userId', value: user.id }] : [],
        sortBy: { field: 'createdAt', direction: 'desc' },
        limit: mostListed,
      });
      return rows.map((row) => ({
        id: row.id,
        user: row.userId,
        label: row.label,
        created: row.createdAt,
        expires: row.expiresAt,
        revoked: row.revokedAt,
      }));
    },

    async revoke(idOrToken) {
      const row = await (idOrToken.startsWith(prefix) ? find('hash', hashOf(idOrToken)) : find('id', idOrToken));
      if (!row || row.revokedAt !== null) return false;
      await adapter.update({ model, where: [{ field: 'id', value: row.id }], update: { revokedAt: new Date() } });
      endings.tell(tokenSession(row.id), row.userId);
      return true;
    },

    async load(token) {
      if (!token.startsWith(prefix)) return null;
      const row = await find('hash', hashOf(token));
      if (!row || !stands(row)) return null;
      const user = await adapter.findOne<User>({ model: 'user', where: [{ field: 'id', value: row.userId }] });
      return user && { user: userOf(user), session: tokenSession(row.id), expires: row.expiresAt, via: 'bearer' };
    },
  };
}

function issuesOf(label: string, days: number): InputIssue[] {
  const errors: InputIssue[] = [];
  if (!/^\P{C}{1,80}$/u.test(label)) errors.push({ path: 'label', message: 'Use 1 to 80 characters, none invisible' });
  if (!(days >= 1 && days <= mostDays)) errors.push({ path: 'days', message: `Use 1 to ${mostDays} days` });
  return errors;
}
