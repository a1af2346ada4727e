import { createHash } from 'node:crypto';
import { type PresencePlace, problem } from '@stet/protocol';
import type { Store } from '@stet/store';
import type { Logger } from 'pino';
import type { Bus } from '../bus/bus.js';
import { rolesIn } from '../door/scope.js';
import { noteFailure } from '../failure.js';
import type { Watched } from '../hub/watcher.js';
import type { RedisLink } from '../redis/redis.js';
import { Board, spotOf, type Voice } from './board.js';
import { type Clock, systemClock } from './clock.js';
import { watchMoves } from './moves.js';
import { readPlaces } from './place.js';
import type { Here, Page, Presence, Sayer } from './presence.js';
import { Round } from './round.js';
import { pagePrefix, socketPrefix } from './shared/latest.js';
import { sharePresence } from './shared/shared.js';
import { Telling } from './telling.js';
import { Turns } from './turns.js';

// Who is where: a board of what was said, and the telling of it. With Redis, the board holds what is said at other nodes
// too.

export interface PresenceOptions {
  store: Store;
  bus: Bus;
  /** Where those are who hear of it. */
  hub: Watched;
  log: Logger;
  /** What nodes share; null for one that is alone. */
  redis: RedisLink | null;
  clock?: Clock;
}

const sweepEvery = 1_000;
/** A word of a session that has ended may be on its way for this long. */
const endedFor = 60_000;

const socketVoice = ({ id, user }: Sayer): Voice => ({ kind: 'socket', id: socketPrefix + id, user });
// A page names itself: so it must not be able to name another session's page, nor a socket. Other nodes know it by the
// same name, and learn nothing of its session by it.
const pageVoice = ({ id, user, session }: Page, workspace: string): Voice => ({
  kind: 'page',
  id:
    pagePrefix +
    createHash('sha256')
      .update(JSON.stringify([session, workspace, id]))
      .digest('base64url'),
  user,
  session,
});

export function createPresence({ store, bus, hub, log, redis, clock = systemClock }: PresenceOptions): Presence {
  const board = new Board(
    (workspace, key) => telling.changed(workspace, key),
    (workspace, id) => shared?.spoke(workspace, id),
  );
  const shared = redis && sharePresence({ board, bus, hub, log, redis, clock });
  const telling = new Telling(board, store, log, clock);
  const turns = new Turns();
  const ended = new Map<string, number>();

  type Put = (places: PresencePlace[]) => void;
  type PathOf = (at: number) => string;
  const listen = (voice: Voice, workspace: string, places: readonly PresencePlace[], pathOf: PathOf, put: Put) =>
    turns.take(voice.id, async (isOver) => {
      const role = await store.workspaces.role(workspace, voice.user.id);
      if (!role) return problem('not-found');
      const read = readPlaces(places, role, pathOf);
      if (read.kind === 'refused') return read.problem;
      if (voice.kind === 'page' && ended.has(voice.session)) return problem('unauthenticated');
      // It has gone while it was asked who it may tell.
      if (!isOver()) put(read.places);
      return null;
    });

  /** What was said by who may not be there any more goes; what is told of the others may have to be told anew (H1). */
  async function accessChanged(user: string): Promise<void> {
    for (const workspace of board.workspacesOf(user)) {
      const role = await store.workspaces.role(workspace, user);
      if (role) board.touch(workspace, user);
      else {
        board.dropFrom(workspace, user);
        shared?.dropFrom(workspace, user);
      }
    }
  }

  const moves = watchMoves(bus, (workspace) => telling.moved(workspace));

  const undo = [
    hub.watch(telling),
    hub.watch(moves),
    hub.watch({
      entered: () => {},
      exited: () => {},
      accessChanged: (user) =>
        void accessChanged(user).catch((error: unknown) => noteFailure(log, error, 'presence failed')),
    }),
    () => moves.close(),
    clock.every(sweepEvery, async () => {
      const now = clock.now();
      board.expire(now);
      for (const [session, at] of ended) if (now - at > endedFor) ended.delete(session);
    }),
    () => telling.close(),
  ];

  return {
    say(sayer, workspace, place) {
      const voice = socketVoice(sayer);
      const put: Put = ([read = place]) => board.put(voice, workspace, read, clock.now());
      return listen(voice, workspace, [place], () => '', put);
    },
    keep(page, workspace, places) {
      const voice = pageVoice(page, workspace);
      const put: Put = (read) => {
        board.keep(voice, workspace, read, clock.now());
        shared?.kept(workspace, voice);
      };
      return listen(voice, workspace, places, (at) => `places.${at}.`, put);
    },
    renew: (id) => board.renew(socketPrefix + id, clock.now()),
    gone(id) {
      turns.end(socketPrefix + id);
      board.drop(socketPrefix + id);
    },
    endSession(session) {
      ended.set(session, clock.now());
      board.dropSession(session);
    },
    async within(workspace, user) {
      if (shared && (await store.workspaces.role(workspace, user))) await shared.look(workspace);
      const roles = await rolesIn(store, workspace);
      const role = roles.get(user);
      if (!role) return [];
      const round = new Round(board, store, workspace, roles);
      const here: Here[] = [];
      for (const key of board.keys(workspace)) {
        const gathered = await round.gathered(role, key);
        if (gathered.people.length > 0) here.push({ ...spotOf(key), ...gathered });
      }
      return here;
    },
    async close() {
      for (const stop of undo) stop();
      await shared?.close();
    },
  };
}
