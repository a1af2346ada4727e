// Who may read what, and since when and until when, in a server where that changes.
import type { Role } from '@stet/protocol';
import type { Stay } from './delivery-account.js';
import { now } from './recorded.js';
import type { InProcess } from './server.js';

export interface Stays {
  readonly all: readonly Stay[];
  isIn(user: string, workspace: string): boolean;
  enter(user: string, roles: Readonly<Record<string, Role>>): Promise<void>;
  /** Out of the workspace, or back in as what they were. */
  move(user: string, workspace: string): Promise<void>;
}

export function keepStays(server: InProcess): Stays {
  const all: Stay[] = [];
  const last = (user: string, workspace: string) =>
    all.findLast((stay) => stay.user === user && stay.workspace === workspace);

  async function enter(user: string, roles: Readonly<Record<string, Role>>): Promise<void> {
    for (const [workspace, role] of Object.entries(roles)) {
      all.push({ user, workspace, role, from: now(), until: null });
    }
    await server.user(user, { ...roles });
  }

  return {
    all,
    isIn: (user, workspace) => last(user, workspace)?.until === null,
    enter,
    async move(user, workspace) {
      const stay = last(user, workspace);
      if (!stay) throw new Error(`${user} was never in ${workspace}`);
      if (stay.until) return enter(user, { [workspace]: stay.role });
      const from = now();
      await server.user(user, { [workspace]: null });
      const at = now();
      const { seq } = (await server.engine.store.workspaces.get(workspace)) ?? { seq: 0 };
      stay.until = { from, at, seq };
    },
  };
}
