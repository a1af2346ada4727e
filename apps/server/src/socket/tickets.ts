import { createHash, randomBytes } from 'node:crypto';
import type { Store } from '@stet/store';
import type { Identity } from '../auth/auth.js';
import { identitySchema } from '../auth/identity.js';

// A ticket opens one socket, once and soon. It is asked for over HTTP, where the session is known, so that no cookie has
// to be trusted on a socket (S2); and it may be shown to another node than the one that gave it.

export interface Tickets {
  give(who: Identity): Promise<string>;
  /**
   * Whose it was, and uses it up; null for one that is unknown, used, or older than 30 s. Whether their session still
   * stands is another question.
   */
  take(ticket: string): Promise<Identity | null>;
}

const lives = 30_000;
// A user who asks for more at once loses the oldest: nobody can fill the store with tickets.
const mostPerUser = 50;

const hash = (ticket: string): string => createHash('sha256').update(ticket).digest('base64url');
const time = (ms: number): string => new Date(ms).toISOString();

export function createTickets({ tickets }: Pick<Store, 'tickets'>, now: () => number = Date.now): Tickets {
  return {
    async give(who) {
      const ticket = randomBytes(24).toString('base64url');
      const kept = { digest: hash(ticket), user: who.user.id, who: JSON.stringify(who), until: time(now() + lives) };
      await tickets.keep(kept, mostPerUser, time(now()));
      return ticket;
    },
    async take(ticket) {
      const taken = await tickets.take(hash(ticket), time(now()));
      return taken && identitySchema.parse(JSON.parse(taken.who));
    },
  };
}
