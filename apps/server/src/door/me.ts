import { cursorOf, type Membership, membershipSchema } from '@stet/protocol';
import type { Store } from '@stet/store';
import * as z from 'zod';
import { ok } from './answer.js';
import type { Route } from './route.js';

// Who am I, what may I see, and the way to a socket.

/** What a user is a member of, with where each log stands. */
export async function membershipsOf(store: Store, user: string): Promise<Membership[]> {
  const rows = await store.workspaces.of(user);
  return rows.map(({ workspace, role }) => ({
    id: workspace.id,
    name: workspace.name,
    role,
    cursor: cursorOf(workspace),
  }));
}

const userSchema = z.object({ id: z.string(), name: z.string() });

export const meRoutes: Route[] = [
  {
    method: 'GET',
    path: '/me',
    summary: 'The user, the workspaces with the role in each, and where the socket is',
    ok: {
      status: 200,
      schema: z.object({ user: userSchema, workspaces: z.array(membershipSchema), socket: z.string() }),
    },
    async answer({ services, who }) {
      const { id, name } = who.user;
      return ok({ user: { id, name }, workspaces: await membershipsOf(services.store, id), socket: '/rt' });
    },
  },
  {
    method: 'POST',
    path: '/rt/ticket',
    summary: 'A ticket that opens one socket within 30 seconds',
    ok: { status: 200, schema: z.object({ ticket: z.string() }) },
    async answer({ services, who }) {
      return ok({ ticket: await services.tickets.give(who) });
    },
  },
];
