import { randomBytes } from 'node:crypto';
import type { Role } from '@stet/protocol';
import type { Kysely, Selectable } from 'kysely';
import type { Member, Store, Workspace } from '../store.js';
import type { Tables } from '../tables.js';

// Workspaces with their logs' epochs and counters, and who is a member of which.

const toWorkspace = ({ id, name, epoch, seq, floor }: Selectable<Tables['workspaces']>): Workspace => ({
  id,
  name,
  epoch,
  seq,
  floor,
});
const toMember = (row: Selectable<Tables['members']>): Member => ({ ...row, role: row.role as Role });

const newEpoch = (): string => randomBytes(6).toString('hex');

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
      await db
        .insertInto('members')
        .values(member)
        .onConflict((conflict) => conflict.columns(['user', 'workspace']).doUpdateSet({ role: member.role }))
        .execute();
    },
    async removeMember(workspace, user) {
      const { numDeletedRows } = await db
        .deleteFrom('members')
        .where('workspace', '=', workspace)
        .where('user', '=', user)
        .executeTakeFirstOrThrow();
      return numDeletedRows === 1n;
    },
  };
}
