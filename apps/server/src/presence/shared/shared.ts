import { randomUUID } from 'node:crypto';
import { presenceLease } from '@stet/protocol';
import type { Logger } from 'pino';
import type { Bus } from '../../bus/bus.js';
import { noteFailure } from '../../failure.js';
import type { Reader } from '../../hub/reader.js';
import type { Watched } from '../../hub/watcher.js';
import type { RedisLink } from '../../redis/redis.js';
import type { Board, Voice } from '../board.js';
import type { Clock } from '../clock.js';
import { createAttempt } from './attempt.js';
import { Others } from './others.js';
import { Own } from './own.js';
import { Shelf } from './shelf.js';

// Presence of several nodes as one: what is said at this one is laid out in Redis, what is said at the others is put on
// this one's board, where somebody here hears of the workspace or has just looked.

const tellEvery = 250;
const renewEvery = 3_000;
const sweepEvery = 1_000;
// Longer than a page is believed that says nothing more: what it says at another node is heard of for as long.
const lookFor = presenceLease + 5_000;
/** How long whoever looks at a workspace first waits for what other nodes say. */
const waitFor = 500;

export interface SharedOptions {
  board: Board;
  bus: Bus;
  hub: Watched;
  log: Logger;
  redis: RedisLink;
  clock: Clock;
}

export interface Shared {
  /** What one of this node's own voices says has changed. */
  spoke(workspace: string, id: string): void;
  /** A page has said where it is, be it the same as before. */
  kept(workspace: string, voice: Voice): void;
  /** Who has no access any more is not believed to be where another node says. */
  dropFrom(workspace: string, user: string): void;
  /** Somebody looks who does not hear of it: what other nodes say stands on the board from now on, and for a while. */
  look(workspace: string): Promise<void>;
  /** Takes this node's own voices back. */
  close(): Promise<void>;
}

interface Room {
  readonly readers: Set<Reader>;
  /** Wanted until then, where nobody hears of it. */
  until: number;
  /** What other nodes say has been read once. */
  readonly first: Promise<void>;
  readonly undo: () => void;
}

export function sharePresence({ board, bus, hub, log, redis, clock }: SharedOptions): Shared {
  // Another one for each start: what was said before it lapses.
  const node = randomUUID();
  const shelf = new Shelf(redis.commands);
  const attempt = createAttempt(redis, log);
  const own = new Own({
    node,
    board,
    shelf,
    bus,
    clock,
    attempt,
    written: (workspace, voices) => others.settle(workspace, voices),
  });
  const others = new Others({
    node,
    board,
    shelf,
    clock,
    attempt,
    log,
    ownAt: (workspace, id) => own.at(workspace, id),
  });
  const rooms = new Map<string, Room>();

  const quietly = (work: Promise<unknown>): Promise<void> =>
    work.then(
      () => {},
      (error: unknown) => noteFailure(log, error, 'shared presence failed'),
    );

  function want(workspace: string): Room {
    let room = rooms.get(workspace);
    if (!room) {
      others.open(workspace);
      let undo = (): void => {};
      const first = new Promise<void>((resolve) => {
        undo = bus.subscribe({ kind: 'presence', workspace }, (heard) => {
          const read = quietly(others.heard(workspace, heard));
          if (heard.kind === 'anew') void read.then(resolve);
        });
      });
      room = { readers: new Set(), until: 0, first, undo };
      rooms.set(workspace, room);
    }
    room.until = clock.now() + lookFor;
    return room;
  }

  function sweep(): void {
    others.expire();
    for (const [workspace, { readers, until, undo }] of rooms) {
      if (readers.size > 0 || until > clock.now()) continue;
      undo();
      rooms.delete(workspace);
      others.close(workspace);
    }
  }

  const undo = [
    hub.watch({
      entered: (reader, workspace) => void want(workspace).readers.add(reader),
      exited(reader, workspace) {
        if (rooms.get(workspace)?.readers.delete(reader)) want(workspace);
      },
    }),
    redis.onReady(() => void quietly(own.anew())),
    clock.every(tellEvery, () => quietly(own.tell())),
    clock.every(renewEvery, () => quietly(Promise.all([own.renew(), others.look()]))),
    clock.every(sweepEvery, async () => sweep()),
  ];

  return {
    spoke: (workspace, id) => own.spoke(workspace, id),
    kept: (workspace, voice) => own.kept(workspace, voice),
    dropFrom: (workspace, user) => others.dropFrom(workspace, user),
    look: (workspace) => {
      const { first } = want(workspace);
      return redis.isUp() ? within(first, waitFor) : Promise.resolve();
    },
    async close() {
      for (const stop of undo) stop();
      for (const room of rooms.values()) room.undo();
      rooms.clear();
      await quietly(own.takeBack());
    },
  };
}

/** Waits for it, but no longer than that. */
function within(work: Promise<void>, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    void work.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
