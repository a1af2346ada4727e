import { createHash, randomBytes } from 'node:crypto';
import type { Identity } from '../auth/auth.js';

// A ticket opens one socket, once and soon. It is asked for over HTTP, where the session is known, so that no
// cookie has to be trusted on a socket (S2).

export interface Tickets {
  give(who: Identity): string;
  /** Null for a ticket that is unknown, used or older than 30 s. */
  take(ticket: string): Identity | null;
}

const lives = 30_000;
// A user who asks for more at once loses the oldest: nobody can fill the memory with tickets.
const mostPerUser = 50;

const hash = (ticket: string): string => createHash('sha256').update(ticket).digest('base64url');

export function createTickets(now: () => number = Date.now): Tickets {
  const given = new Map<string, { who: Identity; until: number }>();
  const sweep = (user: string): void => {
    const own: string[] = [];
    for (const [key, { who, until }] of given) {
      if (until <= now()) given.delete(key);
      else if (who.user.id === user) own.push(key);
    }
    for (const key of own.slice(0, Math.max(0, own.length - mostPerUser + 1))) given.delete(key);
  };
  return {
    give(who) {
      sweep(who.user.id);
      const ticket = randomBytes(24).toString('base64url');
      given.set(hash(ticket), { who, until: now() + lives });
      return ticket;
    },
    take(ticket) {
      const key = hash(ticket);
      const found = given.get(key);
      given.delete(key);
      return found && found.until > now() ? found.who : null;
    },
  };
}
