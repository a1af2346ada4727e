import { done, type Performers, type Refused, refused, sentence } from './operations.js';

// Workspaces, users, and who is a member of what.

type Own = Pick<Performers, 'workspaceAdd' | 'userAdd' | 'userList' | 'memberAdd' | 'memberRemove' | 'memberList'>;

export const people: Own = {
  async workspaceAdd({ store }, { id, name }) {
    const made = await store.workspaces.create({ id, name });
    return made ? done({ id, name }) : refused(`There is a workspace "${id}" already.`);
  },

  async userAdd({ auth }, { username, name, password }) {
    const added = await auth.addUser({ username, password, ...(name === undefined ? {} : { name }) });
    switch (added.kind) {
      case 'added':
        return done(added.user);
      case 'taken':
        return refused(`There is a user "${added.username}" already.`);
      case 'invalid':
        return refused(sentence(added.errors));
    }
  },

  async userList({ auth, store }) {
    const lines = [];
    for (const user of await auth.listUsers()) {
      const memberships = await store.workspaces.of(user.id);
      lines.push({
        ...user,
        memberships: memberships.map(({ workspace, role }) => ({ workspace: workspace.id, role })),
      });
    }
    return done(lines);
  },

  async memberAdd({ auth, store, bus }, { user: named, workspace, role }) {
    const user = await auth.findUser(named);
    if (!user) return noUser(named);
    if (!(await store.workspaces.get(workspace))) return noWorkspace(workspace);
    const before = await store.workspaces.role(workspace, user.id);
    if (before !== role) {
      await store.workspaces.setMember({ workspace, user: user.id, role });
      bus.publish({ kind: 'access', user: user.id });
    }
    return done({ user: user.username, workspace, role, before });
  },

  async memberRemove({ auth, store, bus }, { user: named, workspace }) {
    const user = await auth.findUser(named);
    if (!user) return noUser(named);
    if (!(await store.workspaces.get(workspace))) return noWorkspace(workspace);
    const removed = await store.workspaces.removeMember(workspace, user.id);
    if (!removed) return refused(`${user.username} is no member of "${workspace}".`);
    bus.publish({ kind: 'access', user: user.id });
    return done({ user: user.username, workspace });
  },

  async memberList({ auth, store }, { workspace }) {
    if (!(await store.workspaces.get(workspace))) return noWorkspace(workspace);
    const users = new Map((await auth.listUsers()).map((user) => [user.id, user]));
    const members = await store.workspaces.members(workspace);
    return done(
      members.map(({ user, role }) => {
        const known = users.get(user);
        return { user: known?.username ?? user, name: known?.name ?? user, role };
      }),
    );
  },
};

export const noUser = (user: string): Refused => refused(`There is no user "${user}".`);
const noWorkspace = (workspace: string): Refused => refused(`There is no workspace "${workspace}".`);
