import type { Change, ChangePage, Down, Present, Reset } from '@stet/protocol';
import type { Api } from './api.js';
import { Connection, type ConnectionState } from './connection.js';
import { createCursors } from './cursors.js';
import type { Dial } from './dial.js';
import { createPolling, type Pace } from './polling.js';
import { askStanding } from './standing.js';
import { createViaSocket } from './via-socket.js';

// How a page follows what is saved: by a socket, else by reading the log. Both tell the same, from the same place on; what
// they tell is handed on once, in order.

/** At once, by looking every few seconds, or not at the moment. */
export type Link = 'live' | 'polling' | 'none';

export type Heard =
  | { kind: 'link'; state: ConnectionState; link: Link }
  /** A socket is open, and speaks for this page. */
  | { kind: 'welcome' }
  /** The server is there, and knows the person. */
  | { kind: 'reached' }
  | { kind: 'change'; change: Change }
  /** There may be a new notice for this person. */
  | { kind: 'notice' }
  | { kind: 'presence'; present: Present }
  /** A reading of the log came and went: what is to be said without a socket is said now. */
  | { kind: 'round' }
  /** What was read of a workspace is not proven to be all. */
  | { kind: 'reset'; workspace: string; reason: Reset['reason'] };

export interface FollowingOptions {
  /** Over REST. */
  api: Api;
  workspace: string;
  /** The id of who is signed in. */
  user: string;
  /** Where SockJS stands. */
  socket: string;
  pace: Partial<Pace>;
  dial?: Dial | undefined;
  heard(heard: Heard): void;
}

export interface Following {
  readonly connection: Connection;
  readonly link: Link;
  /** Asks over the socket where that can carry it, else over REST. */
  readonly sync: Api;
  /** Where a list was read: from there on this page follows. */
  begin(cursor: string): void;
  /** Learns where the logs stand; whether this workspace is among the user's, null where nobody told. */
  stand(): Promise<boolean | null>;
  wake(why?: 'look' | 'network'): void;
}

export function createFollowing({ api, workspace, user, socket, pace, dial, heard }: FollowingOptions): Following {
  const cursors = createCursors();
  /** Whether this workspace was among the user's when that was last told; null where it has changed since. */
  let isIn: boolean | null = true;

  const viaSocket = createViaSocket({
    rest: api,
    user,
    send: (request) => connection.send(request),
    doubt: () => connection.wake(),
  });

  const connection = new Connection({
    api,
    url: socket,
    ...(dial ? { dial } : {}),
    cursors: cursors.all,
    message: hear,
    proven: () => heard({ kind: 'reached' }),
    state(state) {
      viaSocket.state(state);
      if (state.kind === 'open' || isOver(state)) polling.stop();
      else polling.start();
      heard({ kind: 'link', state, link: link() });
    },
  });

  const polling = createPolling({
    api,
    workspace,
    pace,
    cursor: () => cursors.of(workspace),
    begin: learn,
    take,
    reset,
    refused: () => connection.wake(),
    beat: () => heard({ kind: 'round' }),
    turned() {
      if (polling.isThrough) {
        heard({ kind: 'reached' });
        // Whoever answers may have a socket again, too.
        connection.wake();
      }
      heard({ kind: 'link', state: connection.state, link: link() });
    },
  });

  function link(): Link {
    if (connection.state.kind === 'open') return 'live';
    return polling.isThrough ? 'polling' : 'none';
  }

  function hear(down: Down): void {
    viaSocket.hear(down);
    switch (down.type) {
      case 'welcome':
        for (const { id, cursor } of down.workspaces) cursors.begin(id, cursor);
        heard({ kind: 'welcome' });
        stands(down.workspaces.some(({ id }) => id === workspace));
        return heard({ kind: 'reached' });
      case 'rt-change':
        return change(down);
      case 'notice':
        return down.workspace === workspace ? heard({ kind: 'notice' }) : undefined;
      case 'presence':
        return heard({ kind: 'presence', present: down });
      case 'reset':
        return reset(down.reason, down.workspace);
    }
  }

  /** The socket and the log may tell the same. */
  function change(change: Change): void {
    if (cursors.advance(change.workspace, change.cursor)) heard({ kind: 'change', change });
  }

  function take({ changes, cursor }: ChangePage): void {
    for (const each of changes) change(each);
    cursors.advance(workspace, cursor);
    const isConcerned = ({ how }: Change) => how?.over?.whose.some(({ id }) => id === user);
    if (changes.some(isConcerned)) heard({ kind: 'notice' });
  }

  function reset(reason: Reset['reason'], of = workspace): void {
    cursors.forget(of);
    if (of === workspace && reason === 'access') isIn = null;
    heard({ kind: 'reset', workspace: of, reason });
  }

  /** Access that came or went while no connection could tell. */
  function stands(is: boolean): void {
    if (is === isIn) return;
    reset('access');
    isIn = is;
  }

  async function learn(): Promise<boolean | null> {
    const standing = await askStanding(api);
    if (!standing) return null;
    for (const { id, cursor } of standing) cursors.begin(id, cursor);
    return standing.some(({ id }) => id === workspace);
  }

  return {
    connection,
    get link() {
      return link();
    },
    sync: viaSocket.api,
    begin: (cursor) => cursors.begin(workspace, cursor),
    async stand() {
      const is = await learn();
      // It is being read anew already. That access has gone has to be said: it may have come and gone since.
      if (is && isIn === null) isIn = true;
      else if (is !== null) stands(is);
      return is;
    },
    wake(why) {
      connection.wake(why);
      polling.hurry();
    },
  };
}

/** Nobody wants to hear anything, or may. Where only the socket was refused, the log is still there. */
export const isOver = (state: ConnectionState): boolean => state.kind === 'closed' && state.why !== 'refused';
