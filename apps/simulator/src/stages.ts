import type { Role } from '@stet/protocol';

import { createCouchAdapter } from './adapters/couchdb.js';
import { createStetAdapter } from './adapters/stet/stet.js';
import { createTutorialAdapter } from './adapters/tutorial.js';
import type { Stage } from './play.js';
import type { ServerEvent } from './scenario/plan.js';
import type { StartCore } from './world/core.js';
import { inWorld } from './world/in-world.js';
import { pause } from './world/pause.js';
import { virtualNet } from './world/virtual-net.js';

// The stages that need nobody's help but a way to start Stet, which the command line hands in.

const workspace = 'simulation';

/** Servers that Stet runs on, as far as a run has to do with them. */
export interface Servers {
  /** One for each node. */
  readonly urls: readonly string[];
  /** A bearer token; throws where nobody is called so. */
  tokenOf(user: string): string;
}

/** What only servers of ours let be done to them. Nodes count from 0. */
export interface OwnServers extends Servers {
  /** Gives or takes access; resolves when every connection to every node acts by it. */
  access(user: string, role: Role | null): Promise<void>;
  /** By SIGKILL; resolves when it is over. */
  kill(node: number): Promise<void>;
  /** On the same port and data, until it is ready again. */
  restart(node: number): Promise<void>;
  /** Where there are several nodes. */
  readonly redis: { kill(): Promise<void>; restart(): Promise<void>; pause(ms: number): Promise<void> } | null;
  /** Ends all of it and takes it away, the data too. */
  stop(): Promise<void>;
}

export interface StartOptions {
  nodes: number;
  users: ReadonlyArray<{ user: string; role: Role }>;
  workspace: string;
}

/** Servers of our own, made anew for each run. */
export const ownStage = (start: (options: StartOptions) => Promise<OwnServers>): Stage => ({
  store: 'stet',
  mode: 'network',
  workspace,
  async on({ nodes, users }, run) {
    const servers = await start({ nodes, users, workspace });
    try {
      return await run({
        adapter: (options) =>
          createStetAdapter({
            ...options,
            base: servers.urls,
            workspace,
            tokenOf: servers.tokenOf,
            access: servers.access,
          }),
        serverEvent: (event) => befall(servers, event),
      });
    } finally {
      await servers.stop();
    }
  },
});

async function befall(servers: OwnServers, event: ServerEvent): Promise<void> {
  const { redis } = servers;
  if (event.do === 'kill') return servers.kill(event.node);
  if (event.do === 'restart') return servers.restart(event.node);
  // One server alone has no Redis that could fail.
  if (event.do === 'kill-redis') return redis?.kill();
  if (event.do === 'restart-redis') return redis?.restart();
  if (event.do === 'pause-redis') return redis?.pause(event.ms);
}

/** A Stet that runs already: the records of a run have a prefix of their own there, and nothing befalls it. */
export function runningStage(servers: Servers, where: string): Stage {
  const prefix = `sim-${crypto.randomUUID().slice(0, 8)}-`;
  return {
    leaves: prefix,
    store: 'stet',
    mode: 'network',
    workspace: where,
    on: (_plan, run) =>
      run({
        adapter: (options) =>
          createStetAdapter({
            ...options,
            base: servers.urls,
            workspace: where,
            tokenOf: servers.tokenOf,
            prefix,
          }),
      }),
  };
}

/** Milliseconds that a message takes one way in a world of its own. */
const latency = [2, 20] as const;

/** Server and clients in this process, under a virtual clock: the same plan is the same history, byte for byte. */
export const inProcessStage = (startCore: StartCore): Stage => ({
  store: 'stet',
  mode: 'in-process',
  workspace,
  on: ({ seed, users, nodes }, run) =>
    inWorld(seed, async ({ random }) => {
      const core = await startCore({ workspace, users, nodes });
      const netOf = virtualNet({ core, random: random.fork('network'), latency });
      try {
        return await run({
          adapter: (options) =>
            createStetAdapter({
              ...options,
              base: Array.from({ length: nodes }, (_, node) => `http://node-${node + 1}.test`),
              workspace,
              tokenOf: (user) => user,
              net: ({ user }) => netOf(user),
              access: core.access,
            }),
          async serverEvent(event) {
            if (event.do === 'kill') return core.crash(event.node);
            if (event.do === 'restart') return core.restart(event.node);
            if (event.do === 'kill-redis') return core.bus('lost');
            if (event.do === 'restart-redis') return core.bus('up');
            if (event.do !== 'pause-redis') return;
            core.bus('paused');
            await pause(event.ms);
            core.bus('up');
          },
        });
      } finally {
        await core.close();
      }
    }),
});

/** The unguarded architecture of tutorials, in this process, over the network. */
export const tutorialStage = (): Stage => ({
  store: 'tutorial',
  mode: 'network',
  workspace,
  on: (_plan, run) => run({ adapter: createTutorialAdapter }),
});

export const couchStage = (url: string): Stage => ({
  store: 'couchdb',
  mode: 'network',
  workspace,
  on: (_plan, run) => run({ adapter: (options) => createCouchAdapter({ ...options, url }) }),
});
