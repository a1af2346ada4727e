import { setTimeout as pause } from 'node:timers/promises';
import type { Role } from '@stet/protocol';
import { ask } from '../operator/ask.js';
import type { OperationOf } from '../operator/operations.js';
import type { OwnNode } from './own-node.js';
import type { PlannedUser } from './prepare.js';

// Access given and taken while a run goes on: as an operator does it, by the channel of a server that runs.

/** Rule S4: by then, every connection acts by it. */
const certainAfter = 1_000;
/** For a server that is being started anew. */
const patience = 60_000;
const pauseBetween = 50;

const quietly = { onHeard: () => {}, signal: new AbortController().signal };

export function accessAt(
  nodes: readonly OwnNode[],
  workspace: string,
  users: readonly PlannedUser[],
): (user: string, role: Role | null) => Promise<void> {
  const roles = new Map<string, Role | null>(users.map(({ user, role }) => [user, role]));
  let last: Promise<void> = Promise.resolve();

  async function change(user: string, role: Role | null): Promise<void> {
    // There is nothing to be taken from who has nothing.
    if (roles.get(user) === role) return;
    await told(
      nodes,
      role === null ? { kind: 'memberRemove', user, workspace } : { kind: 'memberAdd', user, workspace, role },
    );
    roles.set(user, role);
    await pause(certainAfter);
  }

  return (user, role) => {
    const mine = last.then(() => change(user, role));
    last = mine.catch(() => {});
    return mine;
  };
}

async function told(
  nodes: readonly OwnNode[],
  operation: OperationOf<'memberAdd'> | OperationOf<'memberRemove'>,
): Promise<void> {
  for (const deadline = performance.now() + patience; ; await pause(pauseBetween)) {
    for (const node of nodes.filter((node) => !node.isOver())) {
      const asked = await ask(node.data, operation, quietly);
      if (asked.kind !== 'answered') continue;
      if (asked.result.kind === 'done') return;
      throw new Error(`Access could not be changed. ${asked.result.message}`);
    }
    if (performance.now() > deadline) throw new Error('Access could not be changed: no server runs.');
  }
}
