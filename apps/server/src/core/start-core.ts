import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Core, CoreOptions } from '@stet/simulator';
import { openSqliteStore, type SqlStore } from '@stet/store';
import { sql } from 'kysely';
import { pino } from 'pino';
import { createBetween } from './between.js';
import { type RunningNode, startNode } from './node.js';
import type { Plant } from './plant.js';

// The server's core inside the process that asks it: the real door, hub, sessions, presence and store, without a network
// and without signing in. Nothing in it waits for anything but timers, so it runs under a virtual clock.

/** Within so much, what somebody may see is what it was set to, on every node (S4); milliseconds. */
const certainAfter = 1_000;

/** `plant`: faults that a test puts in. */
export async function startCore(options: CoreOptions, plant: Plant = {}): Promise<Core> {
  const { workspace, users } = options;
  const log = pino({ level: 'silent' });
  const folder = mkdtempSync(join(tmpdir(), 'stet-core-'));
  const file = join(folder, 'stet.db');
  const between = createBetween(log);
  let store = await open(file);
  await store.workspaces.create({ id: workspace, name: workspace });
  for (const { user, role } of users) await store.workspaces.setMember({ workspace, user, role });

  const start = (at: number): RunningNode => startNode({ at, store, bus: between.join(), plant, log });
  const nodes = Array.from({ length: options.nodes }, (_, at) => start(at));
  const living = () => nodes.find(({ isUp }) => isUp);

  return {
    nodes,
    async access(user, role) {
      if (role) await store.workspaces.setMember({ workspace, user, role });
      else await store.workspaces.removeMember(workspace, user);
      living()?.bus.publish({ kind: 'access', user });
      await new Promise((resolve) => setTimeout(resolve, certainAfter));
    },
    async crash(at) {
      const killed = nodes[at]?.kill();
      if (living()) return killed;
      // With the last process its connection is gone, and all that was not committed.
      await store.db.destroy();
      await killed;
      store = await open(file);
    },
    async restart(at) {
      if (nodes[at] && !nodes[at].isUp) nodes[at] = start(at);
    },
    bus: between.become,
    async close() {
      for (const node of nodes) await node.kill();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Nothing here has to survive the loss of power. */
async function open(file: string): Promise<SqlStore> {
  const store = await openSqliteStore(file);
  await sql`pragma synchronous = off`.execute(store.db);
  return store;
}
