import { type Author, type Change, type ChangePage, type Down, type Resource, resources } from '@stet/protocol';
import { createAnew } from './anew.js';
import { type Answer, type Api, type ApiOptions, createApi } from './api.js';
import { type Carrier, createCarrier } from './carrier.js';
import { Connection, type ConnectionState } from './connection.js';
import { createCursors } from './cursors.js';
import { Draft } from './draft/draft.js';
import { createDesk, type Desk } from './drafts/desk.js';
import { Keeper } from './drafts/keeper.js';
import { memoryDrafts } from './drafts/memory.js';
import type { DraftStore } from './drafts/store.js';
import { noMemory, type TabMemory } from './drafts/tab-memory.js';
import { createHistory, type History } from './history.js';
import type { Whose } from './news.js';
import { createNotices, type Notices } from './notices.js';
import { createOwn } from './own.js';
import type { Unsaved } from './places.js';
import { createPolling, type Pace } from './polling.js';
import { createPresence, type Presence } from './presence.js';
import { StetModel } from './record.js';
import { StetList } from './records.js';
import { askStanding } from './standing.js';
import { createViaSocket } from './via-socket.js';
import { since } from './way-back.js';

// One workspace, live: the records that this page knows, the lists and drafts on them, and the connection that feeds
// them. Every change enters through `receive`, and from there through the record's `meet`.

export interface StetOptions extends ApiOptions {
  workspace: string;
  /** Who is signed in. */
  user: { id: string; name: string };
  /** Where SockJS stands. */
  socket: string;
  /** Where drafts are kept; in memory, for a program that names no device. */
  drafts?: DraftStore;
  /** What this tab remembers of itself after a reload. */
  tab?: TabMemory;
  /** How what is asked about one record travels; where it is left out, over the socket whenever that can carry it. */
  sync?: 'socket' | 'rest';
  /** When, and how often, the log is read where there is no socket. */
  pace?: Partial<Pace>;
}

/** How this page hears what is saved: at once, by looking every few seconds, or not at the moment. */
export type Link = 'live' | 'polling' | 'none';

export type StetEvent =
  | { kind: 'connection'; state: ConnectionState; link: Link }
  /** A change of anybody's was received, after its record met it. */
  | { kind: 'change'; change: Change; whose: Whose }
  /** The user's access has changed: ask `/me` again. */
  | { kind: 'access' };

export interface Stet extends Omit<Carrier, 'carry'>, History {
  readonly api: Api;
  readonly connection: Connection;
  readonly link: Link;
  /** Somebody looks at the page again, or there is another network: what it waits for is tried at once. */
  wake(why?: 'look' | 'network'): void;
  /** The one copy of a record that this page has. */
  record(resource: Resource, id: string): StetModel;
  list(resource: Resource): StetList;
  /** Lists that are no longer shown are no longer kept up. */
  forget(list: StetList): void;
  /** The edits of this person: those open on this page, and those that wait on the device. */
  readonly drafts: Desk;
  /** What this person is told of: values of theirs that were knowingly replaced. */
  readonly notices: Notices;
  /** Who is at which record, and where this page is. */
  readonly presence: Presence;
  /** Whether an author is this page, the same person elsewhere, or somebody else. */
  whose(author: Author): Whose;
  subscribe(listener: (event: StetEvent) => void): () => void;
  start(): void;
  stop(): void;
}

export function createStet(options: StetOptions): Stet {
  const { workspace } = options;
  // In this person's name or not at all: the page's cookie may be somebody else's by the time that it is sent.
  const api = createApi({
    ...options,
    headers: { ...options.headers, 'stet-user': encodeURIComponent(options.user.id) },
  });
  const own = createOwn(options.user);
  const records = new Map<string, StetModel>();
  const lists = new Set<StetList>();
  const listeners = new Set<(event: StetEvent) => void>();
  const cursors = createCursors();

  /** Whether this workspace was among the user's when that was last told. */
  let isIn = true;

  const tell = (event: StetEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const pathOf = (resource: Resource) => `/workspaces/${encodeURIComponent(workspace)}/${resource.name}`;
  const itemOf = (model: StetModel) => `${pathOf(model.resource)}/${encodeURIComponent(model.id as string)}`;
  const viaSocket = createViaSocket({
    rest: api,
    user: options.user.id,
    send: (request) => connection.send(request),
    doubt: () => connection.wake(),
  });
  // Lists and histories stay on REST: on the socket, large answers would stand in the way of news.
  const sync = options.sync === 'rest' ? api : viaSocket.api;
  const { load, destroy, carry } = createCarrier(sync, own, itemOf);
  const { forget: forgetVersions, ...history } = createHistory({ rest: api, sync, own, pathOf: itemOf });

  const connection = new Connection({
    api,
    url: options.socket,
    cursors: cursors.all,
    message: hear,
    state(state) {
      own.connected(state.kind === 'open' ? state.id : null);
      viaSocket.state(state);
      if (state.kind !== 'open') presence.lost();
      if (state.kind === 'open' || isOver(state)) polling.stop();
      else polling.start();
      tell({ kind: 'connection', state, link: link() });
    },
  });

  const polling = createPolling({
    api,
    workspace,
    pace: options.pace ?? {},
    cursor: () => cursors.of(workspace),
    begin,
    take,
    reset: (reason) => hear({ type: 'reset', workspace, reason }),
    refused: () => connection.wake(),
    beat: () => void presence.beat(),
    turned() {
      if (polling.isThrough) {
        reached();
        // Whoever answers may have a socket again, too.
        connection.wake();
      }
      tell({ kind: 'connection', state: connection.state, link: link() });
    },
  });

  function link(): Link {
    if (connection.state.kind === 'open') return 'live';
    return polling.isThrough ? 'polling' : 'none';
  }

  /** The server is there, and knows the person. */
  function reached(): void {
    for (const draft of drafts.unsaved()) draft.reached();
    void notices.refresh();
    anew.hurry();
  }

  function record(resource: Resource, id: string): StetModel {
    const name = `${resource.name}/${id}`;
    const known = records.get(name);
    if (known) return known;
    const model = new StetModel(resource, id, carry);
    records.set(name, model);
    model.on('met', () => {
      for (const list of lists) if (list.resource === resource) list.consider(model);
    });
    return model;
  }

  /** The one way of a change into the client, whatever carried it here. */
  function receive(change: Change): void {
    // The socket and the polling may tell the same.
    if (!cursors.advance(change.workspace, change.cursor)) return;
    const resource = resources.get(change.resource);
    if (change.workspace !== workspace || !resource) return;
    const whose = own.whose(change.by, change.key);
    record(resource, change.id).meet({ kind: 'change', change, whose });
    tell({ kind: 'change', change, whose });
  }

  /** A piece of the log, which the polling has read. */
  function take({ changes, cursor }: ChangePage): void {
    for (const change of changes) receive(change);
    cursors.advance(workspace, cursor);
    const isConcerned = ({ how }: Change) => how?.over?.whose.some(({ id }) => id === options.user.id);
    if (changes.some(isConcerned)) void notices.refresh();
  }

  /** Learns where the logs stand; whether this workspace is among the user's, null where nobody told. */
  async function begin(): Promise<boolean | null> {
    const standing = await askStanding(api);
    if (!standing) return null;
    for (const { id, cursor } of standing) cursors.begin(id, cursor);
    return standing.some(({ id }) => id === workspace);
  }

  /** Access that came or went while no connection could tell: what this page knows is not proven to be all. */
  function stand(is: boolean): void {
    if (is === isIn) return;
    isIn = is;
    hear({ type: 'reset', workspace, reason: 'access' });
  }

  function hear(down: Down): void {
    viaSocket.hear(down);
    switch (down.type) {
      case 'welcome':
        for (const { id, cursor } of down.workspaces) cursors.begin(id, cursor);
        presence.welcomed();
        stand(down.workspaces.some(({ id }) => id === workspace));
        return reached();
      case 'rt-change':
        return receive(down);
      case 'notice':
        if (down.workspace === workspace) void notices.refresh();
        return;
      case 'presence':
        return presence.take(down);
      case 'reset':
        cursors.forget(down.workspace);
        // A log of another epoch may tell other things by the same numbers.
        forgetVersions();
        if (down.reason === 'epoch' || down.reason === 'ahead') for (const model of records.values()) model.doubt();
        if (down.reason === 'access') {
          if (down.workspace === workspace) presence.anew();
          tell({ kind: 'access' });
        }
        if (down.workspace === workspace) anew.begin();
        return;
    }
  }

  /** Reads anew what this page shows; drafts keep what was typed. Answers whether all of it came through. */
  async function refresh(): Promise<boolean> {
    // Where the log stands comes first: should the socket be lost meanwhile, it goes on from before what was read.
    const isMember = await begin();
    if (isMember === null) return false;
    isIn = isMember;
    const shown = [...lists];
    const edited = drafts.here().flatMap((draft) => draft.record ?? []);
    const [answers] = await Promise.all([Promise.all(edited.map(load)), ...shown.map((list) => list.show(list.query))]);
    return !isMember || (answers.every(isAnswer) && shown.every(({ state }) => state.kind !== 'failed'));
  }

  const anew = createAnew(refresh, () => !isOver(connection.state));
  const store = options.drafts ?? memoryDrafts({ user: options.user.id, workspace });
  const drafts = createDesk({
    store,
    tab: options.tab ?? noMemory,
    workspace,
    resourceOf: (name) => resources.get(name),
    record,
    load,
    fresh(resource, model) {
      const recordOf = (id: string) => record(resource, id);
      const keeper = () => new Keeper(store);
      const { restore, version } = history;
      const missed = (of: StetModel, version: number) => since(history, of, version);
      const place = { resource, workspace, path: pathOf(resource) };
      return new Draft({ ...place, api: sync, own, recordOf, since: missed, restore, version, keeper }, model);
    },
  });
  const notices = createNotices({
    api,
    workspace,
    recordOf(notice) {
      const resource = resources.get(notice.resource);
      return resource ? record(resource, notice.id) : null;
    },
    restore: history.restore,
    load,
  });
  const presence = createPresence({
    api,
    workspace,
    user: options.user.id,
    send: (up) => connection.send(up),
    unsaved: () => drafts.unsaved().flatMap(unsavedOf),
  });
  drafts.subscribe(presence.look);

  return {
    api,
    connection,
    get link() {
      return link();
    },
    wake(why) {
      connection.wake(why);
      polling.hurry();
    },
    record,
    load,
    destroy,
    ...history,
    list(resource) {
      const recordOf = (id: string) => record(resource, id);
      const read = (cursor: string) => cursors.begin(workspace, cursor);
      const list = new StetList({ resource, path: pathOf(resource), api, recordOf, read });
      lists.add(list);
      return list;
    },
    forget: (list) => void lists.delete(list),
    drafts,
    notices,
    presence,
    whose: (author) => own.whose(author),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: () => connection.open(),
    stop() {
      anew.stop();
      connection.close();
      presence.stop();
    },
  };
}

/** Nobody wants to hear anything, or may. Where only the socket was refused, the log is still there. */
const isOver = (state: ConnectionState): boolean => state.kind === 'closed' && state.why !== 'refused';

/** Of the server: asked again, it would say the same. */
const isAnswer = (answer: Answer): boolean =>
  answer.kind === 'ok' || (answer.kind === 'refused' && answer.problem.status < 500);

/** What a page holds of a record that can still be met there. */
function unsavedOf(draft: Draft): Unsaved[] {
  const { record, resource } = draft;
  if (!record || record.server.kind === 'destroyed') return [];
  const dirty = Object.keys(resource.fields).filter((name) => draft.isTouched(name));
  return [{ resource: resource.name, id: record.id as string, dirty }];
}
