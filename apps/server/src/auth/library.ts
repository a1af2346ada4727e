import { hash, verify } from '@node-rs/argon2';
import { type BetterAuthOptions, betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { username } from 'better-auth/plugins/username';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { Endings } from './endings.js';
import { isTold, listenTo } from './swallowed.js';
import { tokensTable } from './tokens.js';
import { isUsername, lowered, usernameLength } from './users.js';

// better-auth, set up for Stet: which tables, which cookie, which hash. Why it and not another:
// docs/decisions/0003-sign-in.md.

export interface LibraryOptions<Schema> {
  /** The one Kysely of the process; on SQLite it holds the only connection. */
  db: Kysely<Schema>;
  dialect: 'sqlite' | 'postgres';
  /** Signs the session cookies; at least 32 random characters. */
  secret: string;
  /** Other origins whose pages may sign in, beside that of `baseURL`. */
  origins: readonly string[];
  /** Where people reach the server, such as `https://stet.example.org`. */
  baseURL: string;
  log: Logger;
}

export const basePath = '/api/auth';
/** Tells the library where a request comes from, as far as that can be known (peer.ts). */
export const peerHeader = 'x-stet-peer';

const day = 86_400;

function configure<Schema>(options: LibraryOptions<Schema>, endings: Endings): BetterAuthOptions {
  const { db, dialect, secret, origins, baseURL, log } = options;
  return {
    appName: 'Stet',
    baseURL,
    basePath,
    secret,
    trustedOrigins: [...origins],
    // No transactions of its own: the username plugin reads outside of them, which on one connection never returns.
    database: { db, type: dialect },
    user: { modelName: 'users' },
    // Each page start asks get-session, which prolongs session and cookie at most once a day.
    session: { modelName: 'sessions', expiresIn: 30 * day, updateAge: day, freshAge: 0 },
    account: { modelName: 'accounts' },
    verification: { modelName: 'verifications' },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      password: {
        hash: (password) => hash(password),
        verify: (given) => verify(given.hash, given.password),
      },
    },
    plugins: [
      username({
        minUsernameLength: usernameLength.least,
        maxUsernameLength: usernameLength.most,
        usernameValidator: isUsername,
        usernameNormalization: lowered,
      }),
      tokensTable,
    ],
    advanced: {
      cookiePrefix: 'stet',
      // Said aloud, because the library leaves addresses to come back to unchecked where NODE_ENV is test.
      disableOriginCheck: false,
      // Our handler checks who posts: the library leaves out sign-in by username, and refuses who is no browser.
      disableCSRFCheck: true,
      ipAddress: { ipAddressHeaders: [peerHeader] },
      // "All sessions of a user" must be all: the library's default of 100 would end the others without telling.
      database: { defaultFindManyLimit: 100_000 },
    },
    databaseHooks: {
      session: {
        delete: {
          after: async (session) => endings.tell(session.id, session.userId),
        },
      },
    },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    onAPIError: { throw: true },
    logger: {
      level: 'error',
      log(level, message, ...details) {
        // Some of it comes where its words should be.
        const err = [message, ...details].find((detail: unknown) => detail instanceof Error);
        if (isTold(err)) return;
        log[level]({ part: 'better-auth', ...(err ? { err } : {}) }, String(message));
      },
    },
  };
}

/** Makes what is missing of the tables, and then the library. */
export async function createLibrary<Schema>(options: LibraryOptions<Schema>, endings: Endings) {
  const config = configure(options, endings);
  const migrations = await getMigrations(config);
  await migrations.runMigrations();
  const library = betterAuth(config);
  listenTo((await library.$context).adapter);
  return library;
}
