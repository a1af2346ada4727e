import { randomBytes } from 'node:crypto';
import type { Role } from '@stet/protocol';
import type { Kysely, Selectable, Transaction } from 'kysely';
import type { Member, Store, Workspace } from '../store.js';
import type { Tables } from '../tables.js';

// Workspaces with their logs' epochs and counters, and who is a member of which.

export const toWorkspace = ({ id, name, epoch, seq, floor }: Selectable<Tables['workspaces']>): Workspace => ({
  id,
  name,
  epoch,
  seq,
  floor,
});
const toMember = (row: Selectable<Tables['members']>): Member => ({ ...row, role: row.role as Role });

const newEpoch = (): string => randomBytes(6).toString('hex');

/** Last in its transaction: the counter's row makes places come in the order of commits, as the log's do. */
async function accessChanged(trx: Transaction<Tables>, user: string): Promise<void> {
  const { place } = await trx
    .updateTable('access_counter')
    .set((column) => ({ place: column('place', '+', 1) }))
    .returning('place')
    .executeTakeFirstOrThrow();
  await trx
    .insertInto('access')
    .values({ user, place })
    .onConflict((conflict) => conflict.column('user').doUpdateSet({ place }))
    .execute();
}

export function workspacesOf(db: Kysely<Tables>): Store['workspaces'] {
  return {
    async create({ id, name }) {
      const row = { id, name, epoch: newEpoch(), seq: 0, floor: 0, created_at: new Date().toISOString() };
      const made = await db
        .insertInto('workspaces')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doNothing())
        .executeTakeFirstOrThrow();
      return made.numInsertedOrUpdatedRows === 1n ? toWorkspace(row) : null;
    },
    async get(id) {
      const row = await db.selectFrom('workspaces').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? toWorkspace(row) : null;
    },
    async all() {
      return (await db.selectFrom('workspaces').selectAll().orderBy('id').execute()).map(toWorkspace);
    },
    async of(user) {
      const rows = await db
        .selectFrom('members')
        .innerJoin('workspaces', 'workspaces.id', 'members.workspace')
        .selectAll('workspaces')
        .select('members.role')
        .where('members.user', '=', user)
        .orderBy('workspaces.name')
        .orderBy('workspaces.id')
        .execute();
      return rows.map((row) => ({ workspace: toWorkspace(row), role: row.role as Role }));
    },
    async role(workspace, user) {
      const row = await db
        .selectFrom('members')
        .select('role')
        .where('user', '=', user)
        .where('workspace', '=', workspace)
        .executeTakeFirst();
      return (row?.role as Role | undefined) ?? null;
    },
    async members(workspace) {
      const rows = await db
        .selectFrom('members')
        .selectAll()
        .where('workspace', '=', workspace)
        .orderBy('user')
        .execute();
      return rows.map(toMember);
    },
    async setMember(member) {
      await db.transaction().execute(async (trx) => {
        await trx
          .insertInto('members')
          .values(member)
          .onConflict((conflict) => conflict.columns(['user', 'workspace']).doUpdateSet({ role: member.role }))
          .execute();
        await accessChanged(trx, member.user);
      });
    },
    async removeMember(workspace, user) {
      return db.transaction().execute(async (trx) => {
        const { numDeletedRows } = await trx
          .deleteFrom('members')
          .where('workspace', '=', workspace)
          .where('user', '=', user)
          .executeTakeFirstOrThrow();
        if (numDeletedRows === 0n) return false;
        await accessChanged(trx, user);
        return true;
      });
    },
    async accessPlace() {
      return (await db.selectFrom('access_counter').select('place').executeTakeFirstOrThrow()).place;
    },
    async accessAfter(place) {
      const changed = await db
        .selectFrom('access')
        .select(['user', 'place'])
        .where('place', '>', place)
        .orderBy('place')
        .execute();
      return { place: changed.at(-1)?.place ?? place, users: changed.map(({ user }) => user) };
    },
  };
}
