import type { Role } from '@stet/protocol';
import { expect, test } from 'vitest';
import { type Cluster, startCluster } from '../support/cluster.js';
import { type CrowdPlan, meetInCrowd } from '../support/crowd.js';
import { flawsOf } from '../support/delivery-check.js';
import { acceptedIn } from '../support/editors.js';
import { flawsOfEdits } from '../support/editors-check.js';
import { drawSchedule, Outages } from '../support/outages.js';
import { randomOf, seed } from '../support/random.js';

// Several nodes on one Postgres and one Redis, and all of it fails by a schedule, while many write and many read along.
// That the checks would notice: tests/flows/crowd.test.ts.

const workspace = 'catalogue';
const people: Record<string, Role> = {
  ...{ ana: 'editor', ben: 'editor', chloe: 'editor', mara: 'manager' },
  ...{ vic: 'viewer', val: 'viewer', vera: 'viewer', viola: 'viewer' },
};
const writes = 1_500;

async function onCluster<T>(work: (cluster: Cluster, tokens: CrowdPlan['people']) => Promise<T>): Promise<T> {
  const { cluster, tokens } = await startCluster(3, { workspace, people });
  try {
    return await work(cluster, tokens);
  } finally {
    await cluster.stop();
  }
}

test(
  `[V1] [V2] [V6] [V7] [L1] [H2] [H3] 64 writers and 200 readers at three nodes lose and repeat nothing while Redis, Postgres, a node and the network fail (STET_SEED=${seed})`,
  () =>
    onCluster(async (cluster, tokens) => {
      const schedule = drawSchedule(randomOf(seed), cluster.nodes.length, writes, 16);
      const outages = new Outages(cluster, schedule);
      const { log, load, logs, lists, account, again, welcomes, resets } = await meetInCrowd({
        seed,
        nodes: cluster.nodes,
        front: cluster.front.url,
        workspace,
        people: tokens,
        books: 10,
        writers: 64,
        pace: 400,
        readers: 200,
        pages: 4,
        goOn(so) {
          const accepted = acceptedIn(so);
          outages.meet(accepted);
          return accepted < writes || !outages.isOver;
        },
        mend: () => outages.mend(),
      });
      process.stdout.write(
        `nodes under faults: ${JSON.stringify({ changes: log.length, stale: load.stale, ...again, welcomes, did: outages.did })}\n`,
      );
      const lost = flawsOfEdits(log, [load]);
      expect(lost.slice(0, 10), `${lost.length} flaws`).toEqual([]);
      const missed = flawsOf(account);
      expect(missed.slice(0, 10), `${missed.length} flaws`).toEqual([]);
      expect(resets).toBe(0);
      // Every node tells the same, and lists what the log ends with.
      const ends = new Map(log.map(({ id, obj }) => [id, obj]));
      for (const other of logs) expect(other).toEqual(log);
      for (const list of lists) expect(new Map(list.map((record) => [record.id, record]))).toEqual(ends);
      // Everybody was answered in the end.
      expect(load.edits.filter(({ outcome }) => outcome.kind === 'unknown')).toEqual([]);
      // All that was to be expected: no node takes it for a defect of its own.
      expect(cluster.nodes.flatMap((node) => node.defects())).toEqual([]);
      // Without all this it would prove little.
      expect(load.edits.length).toBeGreaterThanOrEqual(writes);
      expect(load.stale).toBeGreaterThan(0);
      expect(outages.did.toSorted()).toEqual(schedule.steps.map(({ outage }) => outage.kind).sort());
      expect(again.lost).toBeGreaterThan(0);
      expect(again.unavailable).toBeGreaterThan(0);
      expect(welcomes).toBeGreaterThan(300);
    }),
  300_000,
);
