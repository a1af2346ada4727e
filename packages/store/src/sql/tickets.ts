import type { Kysely } from 'kysely';
import type { Store, StoredTicket } from '../store.js';
import type { Tables } from '../tables.js';

// Tickets to open a socket with: each is taken once, by whichever node is asked.

const columns = ['digest', 'user', 'who', 'until'] as const;

export function ticketsOf(db: Kysely<Tables>): Store['tickets'] {
  return {
    async keep(ticket, most, now) {
      await db.deleteFrom('tickets').where('until', '<=', now).execute();
      await db.insertInto('tickets').values(ticket).execute();
      const newest = db.selectFrom('tickets').select('num').where('user', '=', ticket.user);
      await db
        .deleteFrom('tickets')
        .where('user', '=', ticket.user)
        .where('num', 'not in', newest.orderBy('num', 'desc').limit(most))
        .execute();
    },
    async take(digest, now): Promise<StoredTicket | null> {
      const taken = await db.deleteFrom('tickets').where('digest', '=', digest).returning(columns).executeTakeFirst();
      return taken && taken.until > now ? taken : null;
    },
  };
}
