import { atLeast, problem, type Resource, type Role } from '@stet/protocol';
import type { Store, Workspace } from '@stet/store';
import { type Answer, refuse } from './answer.js';
import type { Asked } from './route.js';

// Who may: asked anew for every request, so access that was taken away is gone at once (H1, S1).

export interface Scope {
  workspace: Workspace;
  role: Role;
}

export type Scoped<T> = { kind: 'in'; scope: T } | { kind: 'out'; answer: Answer };

// Not there and not yours are one answer, so nobody can probe for workspaces or records (S1).
const nothing = (): { kind: 'out'; answer: Answer } => ({ kind: 'out', answer: refuse(problem('not-found')) });

export async function workspaceScope({ services, who, params }: Asked): Promise<Scoped<Scope>> {
  const id = params.workspace ?? '';
  const role = await services.store.workspaces.role(id, who.user.id);
  const workspace = role && (await services.store.workspaces.get(id));
  return workspace ? { kind: 'in', scope: { workspace, role } } : nothing();
}

/** What each member of a workspace may do now. */
export async function rolesIn(store: Store, workspace: string): Promise<ReadonlyMap<string, Role>> {
  const members = await store.workspaces.members(workspace);
  return new Map(members.map(({ user, role }) => [user, role]));
}

export interface ResourceScope extends Scope {
  resource: Resource;
}

/** The scope for reading or writing records of a resource. */
export async function resourceScope(
  asked: Asked,
  resource: Resource,
  need: 'read' | 'write',
): Promise<Scoped<ResourceScope>> {
  const within = await workspaceScope(asked);
  if (within.kind === 'out') return within;
  if (!atLeast(within.scope.role, resource.access.read)) return nothing();
  if (need === 'write' && !atLeast(within.scope.role, resource.access.write)) {
    const detail = `A ${within.scope.role} reads ${resource.label.many}; changing them takes an ${resource.access.write}.`;
    return { kind: 'out', answer: refuse(problem('forbidden', detail)) };
  }
  return { kind: 'in', scope: { ...within.scope, resource } };
}
