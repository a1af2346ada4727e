import { createHash, randomBytes } from 'node:crypto';
import type { Identity } from '../auth/auth.js';

// A ticket opens one socket, once and soon. It is asked for over HTTP, where the session is known, so that no
// cookie has to be trusted on a socket (S2).

export interface Tickets {
  give(who: Identity): string;
  /** Null for a ticket that is unknown, used, older than 30 s, or of a session that has ended. It stays to be taken. */
  look(ticket: string): Identity | null;
  /** As `look`, and uses it up. */
  take(ticket: string): Identity | null;
  /** What the session or token had asked for opens nothing any more (S4). */
  endSession(session: string): void;
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
  const look = (ticket: string): Identity | null => {
    const found = given.get(hash(ticket));
    return found && found.until > now() ? found.who : null;
  };
  return {
    give(who) {
      sweep(who.user.id);
      const ticket = randomBytes(24).toString('base64url');
      given.set(hash(ticket), { who, until: now() + lives });
      return ticket;
    },
    look,
    take(ticket) {
      const who = look(ticket);
      given.delete(hash(ticket));
      return who;
    },
    endSession(session) {
      for (const [key, { who }] of given) if (who.session === session) given.delete(key);
    },
  };
}
