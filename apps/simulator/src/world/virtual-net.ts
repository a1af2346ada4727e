import { AsyncResource } from 'node:async_hooks';
import type { Net } from '../network/net.js';
import type { Random } from '../random.js';
import type { Core } from './core.js';
import { fetchOver } from './virtual-fetch.js';
import { dialOver } from './virtual-line.js';
import type { Way } from './way.js';

// A network inside the process, between the editors and a server core: each message takes a time that is drawn for it, in
// order on a line and in any order over HTTP.

export interface VirtualNetOptions {
  core: Core;
  random: Random;
  /** Milliseconds that a message takes one way: from, to. */
  latency: readonly [from: number, to: number];
  /** What clients hear of a line whose server has crashed; that it is closed, where left out. */
  crashed?: Way['crashed'];
}

/**
 * The net of one editor, who is this user. The host `node-2.test` is the second node, whether it is up or not; any other
 * is whichever is nearest: the editors are spread over all, and one whose node is down comes to the next.
 */
export function virtualNet({ core, random, latency, crashed = 'closed' }: VirtualNetOptions): (user: string) => Net {
  const server = new AsyncResource('VirtualServer');
  const [from, to] = latency;
  let made = 0;
  return (user) => {
    const home = made;
    made += 1;
    const drawn = random.fork(`net ${home}`);
    const way: Way = {
      user,
      nodeAt(host) {
        const { nodes } = core;
        const named = /^node-(\d+)\./.exec(host)?.[1];
        const places = named === undefined ? nodes.map((_, step) => (home + step) % nodes.length) : [Number(named) - 1];
        return places.flatMap((place) => nodes[place] ?? []).find(({ isUp }) => isUp) ?? null;
      },
      takes: () => Math.round(from + drawn.next() * (to - from)),
      serving: (work) => server.runInAsyncScope(work),
      crashed,
    };
    return { fetch: fetchOver(way), dial: dialOver(way) };
  };
}
