import { idSchema, issuesOf, placeSchema, presenceLease, presentSchema, problem } from '@stet/protocol';
import * as z from 'zod';
import { mostPlaces } from '../presence/board.js';
import { ok, refuse } from './answer.js';
import type { Route } from './route.js';
import { type WithinWorkspace, withinWorkspace } from './within.js';

// Who is where, for pages that have no socket: what a socket says and hears, asked for again and again.

const itemsSchema = z.array(presentSchema.omit({ workspace: true }));

const pageSchema = z.strictObject({
  page: idSchema.describe('A name that the page gives itself, the same each time'),
  places: z
    .array(placeSchema)
    .max(mostPlaces)
    .describe('All that it is at; what it said before and is not in it is taken back'),
});

const list: WithinWorkspace = async ({ services, who }, { workspace }) =>
  ok({ items: await services.presence.within(workspace.id, who.user.id) });

const keep: WithinWorkspace = async ({ services, who, request }, { workspace }) => {
  const { presence } = services;
  const body = pageSchema.safeParse(request.body);
  if (!body.success) return refuse(problem('invalid', undefined, { errors: issuesOf(body.error) }));
  const { page, places } = body.data;
  const { id, name } = who.user;
  const refused = await presence.keep({ id: page, user: { id, name }, session: who.session }, workspace.id, places);
  if (refused) return refuse(refused);
  return ok({ items: await presence.within(workspace.id, id), lease: presenceLease });
};

const collection = '/workspaces/{workspace}/presence';

export const presenceRoutes: Route[] = [
  {
    method: 'GET',
    path: collection,
    summary: 'Who is at which record now, oneself among them',
    ok: { status: 200, schema: z.object({ items: itemsSchema }) },
    answer: withinWorkspace(list),
  },
  {
    method: 'PUT',
    path: collection,
    summary: 'Where a page without a socket is now: believed for `lease` milliseconds, so it is said again before that',
    body: pageSchema,
    ok: { status: 200, schema: z.object({ items: itemsSchema, lease: z.int() }) },
    answer: withinWorkspace(keep),
  },
];
