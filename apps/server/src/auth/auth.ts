import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { type Credential, printOf, readCredential } from './credential.js';
import { createEndings, type EndListener } from './endings.js';
import { createHandler } from './handler.js';
import type { Identity } from './identity.js';
import { createIdentityCache, type IdentityCache } from './identity-cache.js';
import { createLibrary, type LibraryOptions } from './library.js';
import type { SignInLimit } from './sign-in-limit.js';
import { createStanding } from './standing.js';
import { ask } from './swallowed.js';
import { type CreatedToken, createTokens, type NewToken, type TokenInfo } from './tokens.js';
import { type AddedUser, createUsers, type NewUser, type User, userOf } from './users.js';

// Who is asking: the first station of every request and of every socket's ticket. better-auth keeps users and
// sessions; a cache in front of it answers the same question in microseconds.

export interface Auth {
  /** Node handler for everything below /api/auth. It reads the body itself: mount it before any body parser. */
  handler(req: IncomingMessage, res: ServerResponse): Promise<void>;
  /** Who is asking, by `Authorization: Bearer` or the session cookie; null when nobody is. */
  identify(headers: IncomingHttpHeaders): Promise<Identity | null>;
  /** That somebody is still signed in, for as long as a connection of theirs is open. */
  watch: IdentityCache['watch'];
  /** What tells the credential that is shown from any other, without giving it away; it says nothing of who it is. */
  credentialOf(headers: IncomingHttpHeaders): string;
  addUser(input: NewUser): Promise<AddedUser>;
  /** By username or id. */
  findUser(usernameOrId: string): Promise<User | null>;
  /** All of them, by username. */
  listUsers(): Promise<User[]>;
  createToken(input: NewToken): Promise<CreatedToken>;
  /** Newest first, the revoked and expired ones too; of one user, or all. */
  listTokens(username?: string): Promise<TokenInfo[]>;
  /** False where there is nothing to revoke. */
  revokeToken(idOrToken: string): Promise<boolean>;
  /**
   * Called each time a session or token ends: sign-out, revocation, new password, deletion by another process
   * (within a second), expiry. May be called twice for one session. Returns its undo.
   */
  onSessionEnded(listener: EndListener): () => void;
  /** Stops looking for ended sessions; the database stays open. */
  close(): Promise<void>;
}

export type { Identity };

export interface AuthOptions<Schema> extends LibraryOptions<Schema> {
  signInLimit: SignInLimit;
  /** Exactly so many proxies stand in front of the server. */
  proxies: number;
}

/** Makes what is missing of the tables users, sessions, accounts, verifications and api_tokens. */
export async function createAuth<Schema>(options: AuthOptions<Schema>): Promise<Auth> {
  const { log, origins, baseURL, proxies, signInLimit } = options;
  const endings = createEndings(log);
  const library = await createLibrary(options, endings);
  const context = await library.$context;
  // The library deletes an expired session only when its cookie is shown once more.
  await context.adapter.deleteMany({
    model: 'session',
    where: [{ field: 'expiresAt', operator: 'lt', value: new Date() }],
  });
  const users = createUsers(context);
  const tokens = createTokens(context, users, endings);
  const cookie = context.authCookies.sessionToken.name;

  async function loadSession(value: string): Promise<Identity | null> {
    const found = await ask(() =>
      library.api.getSession({
        headers: new Headers({ cookie: `${cookie}=${encodeURIComponent(value)}` }),
        // Prolonging is left to get-session, which can hand out the cookie as well.
        query: { disableRefresh: true },
      }),
    );
    if (!found) return null;
    return { user: userOf(found.user), session: found.session.id, expires: found.session.expiresAt, via: 'cookie' };
  }

  const cache = createIdentityCache({
    endings,
    log,
    load: ({ via, value }: Credential) => (via === 'bearer' ? tokens.load(value) : loadSession(value)),
    standing: createStanding(options.db, options.dialect),
  });

  async function identify(headers: IncomingHttpHeaders): Promise<Identity | null> {
    const credential = readCredential(headers, cookie);
    return credential && cache.identify(credential);
  }

  return {
    handler: createHandler({
      library: (request) => ask(() => library.handler(request)),
      identify,
      origins,
      baseURL,
      log,
      proxies,
      limit: signInLimit,
    }),
    identify,
    watch: cache.watch,
    credentialOf: (headers) => printOf(readCredential(headers, cookie)),
    addUser: users.add,
    findUser: users.find,
    listUsers: users.list,
    createToken: tokens.create,
    listTokens: tokens.list,
    revokeToken: tokens.revoke,
    onSessionEnded: endings.listen,
    close: cache.close,
  };
}
