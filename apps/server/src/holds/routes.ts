import { type InputIssue, issuesOf, problem } from '@stet/protocol';
import * as z from 'zod';
import { type Answer, ok, refuse } from '../door/answer.js';
import { noQuery, readQuery, wholeNumber } from '../door/query.js';
import type { Asked, Route } from '../door/route.js';
import { holdSchema, mostSeconds, wantedSchema } from './hold.js';
import { type Author, type Holds, mostHolds } from './holds.js';

// How a tester sets holds and lets go, of a server in test mode. Each manager has their own, over what they manage.

const gone = () =>
  refuse(
    problem('not-found', 'There is no such hold of yours: it has let go of all that it was for, or was never set.'),
  );

const waitQuery = z.strictObject({
  waiting: wholeNumber(0, 1_000, 0).describe('Answered as soon as so many requests wait at it'),
  within: wholeNumber(1, mostSeconds, 30).describe('Or refused with 503 after so many seconds'),
});

const named = Object.keys(wantedSchema.shape);
const known = `is not known here; a hold has ${named.slice(0, -1).join(', ')} and ${named.at(-1)}`;

/** A hold is no resource: which names it has is said with one that it has not. */
const wrongIn = (error: z.ZodError): InputIssue[] =>
  issuesOf(error).map((issue) => (['', ...named].includes(issue.path) ? issue : { ...issue, message: known }));

type Holding = (asked: Asked, author: Author) => Answer | Promise<Answer>;

/** Asks who may, and judges the query. */
const asManager =
  (answer: Holding, query: z.ZodObject = noQuery): Route['answer'] =>
  async (asked) => {
    const { services, who, request } = asked;
    const memberships = await services.store.workspaces.of(who.user.id);
    const managed = memberships.filter(({ role }) => role === 'manager').map(({ workspace }) => workspace.id);
    if (managed.length === 0) return refuse(problem('forbidden', 'Requests are held by who manages their workspace.'));
    const read = readQuery(query, request.query);
    if (read.kind === 'refused') return read.answer;
    return answer(asked, { user: who.user.id, workspaces: new Set(managed) });
  };

export function holdRoutes(holds: Holds): Route[] {
  const set: Holding = ({ request }, author) => {
    const wanted = wantedSchema.safeParse(request.body);
    if (!wanted.success) return refuse(problem('invalid', undefined, { errors: wrongIn(wanted.error) }));
    const hold = holds.set(wanted.data, author);
    if (!hold)
      return refuse(problem('too-many-requests', `At most ${mostHolds} holds may stand: let some of them go.`));
    return { status: 201, headers: { location: `/api/test/holds/${hold.id}` }, body: hold };
  };
  const look: Holding = async ({ request, params }, { user }) => {
    const { waiting, within } = waitQuery.parse(Object.fromEntries(request.query));
    const hold = await holds.when(params.hold ?? '', user, waiting, within);
    if (!hold) return gone();
    if (hold.waiting.length >= waiting) return ok(hold);
    const detail = `Of ${waiting} requests ${hold.waiting.length} have come to this hold within ${within} seconds.`;
    return refuse(problem('unavailable', detail), { 'retry-after': '0' });
  };
  const letGo: Holding = ({ params }, { user }) => {
    const count = holds.letGo(params.hold ?? '', user);
    return count === null ? gone() : ok({ letGo: count });
  };
  const letAllGo: Holding = (_asked, { user }) => {
    const counts = holds.of(user).map(({ id }) => holds.letGo(id, user) ?? 0);
    return ok({ letGo: counts.reduce((sum, count) => sum + count, 0) });
  };
  const freed = z.object({ letGo: z.int().describe('How many requests went on') });
  const path = '/test/holds';
  return [
    {
      method: 'POST',
      path,
      summary: 'Hold the next request that fits at one place of its road; what is not named fits any',
      body: wantedSchema,
      ok: { status: 201, schema: holdSchema },
      refuses: ['forbidden', 'too-many-requests'],
      answer: asManager(set),
    },
    {
      method: 'GET',
      path,
      summary: 'One’s own holds, with who waits at them',
      ok: { status: 200, schema: z.object({ items: z.array(holdSchema) }) },
      refuses: ['forbidden'],
      answer: asManager((_asked, { user }) => ok({ items: holds.of(user) })),
    },
    {
      method: 'DELETE',
      path,
      summary: 'Let go of everybody, and take all of one’s own holds away',
      ok: { status: 200, schema: freed },
      refuses: ['forbidden'],
      answer: asManager(letAllGo),
    },
    {
      method: 'GET',
      path: `${path}/{hold}`,
      summary: 'A hold, at once or as soon as somebody waits at it',
      query: waitQuery,
      ok: { status: 200, schema: holdSchema },
      refuses: ['forbidden', 'not-found'],
      answer: asManager(look, waitQuery),
    },
    {
      method: 'DELETE',
      path: `${path}/{hold}`,
      summary: 'Let go of who waits at a hold, and take it away',
      ok: { status: 200, schema: freed },
      refuses: ['forbidden', 'not-found'],
      answer: asManager(letGo),
    },
  ];
}
