import { type Author, type Change, type Reset, type Resource, resources } from '@stet/protocol';
import { createAnew } from './anew.js';
import { type Answer, type Api, type ApiOptions, createApi } from './api.js';
import { type Carrier, createCarrier } from './carrier.js';
import type { Connection, ConnectionState } from './connection.js';
import type { Dial } from './dial.js';
import { Draft } from './draft/draft.js';
import { createDesk, type Desk } from './drafts/desk.js';
import { Keeper } from './drafts/keeper.js';
import { memoryDrafts } from './drafts/memory.js';
import type { DraftStore } from './drafts/store.js';
import { noMemory, type TabMemory } from './drafts/tab-memory.js';
import { createFollowing, type Heard, isOver, type Link } from './following.js';
import { createHistory, type History } from './history.js';
import type { Whose } from './news.js';
import { createNotices, type Notices } from './notices.js';
import { createOwn } from './own.js';
import { createPersistent } from './persistent.js';
import type { Unsaved } from './places.js';
import type { Pace } from './polling.js';
import { createPresence, type Presence } from './presence.js';
import { StetModel } from './record.js';
import { StetList } from './records.js';
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
  /** Milliseconds for which a write is repeated by itself that the server can't take; half a minute, where left out. */
  patience?: number;
  /** What opens a socket; SockJS, where it is left out. */
  dial?: Dial;
}

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

  const tell = (event: StetEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const pathOf = (resource: Resource) => `/workspaces/${encodeURIComponent(workspace)}/${resource.name}`;
  const itemOf = (model: StetModel) => `${pathOf(model.resource)}/${encodeURIComponent(model.id as string)}`;
  const following = createFollowing({
    api,
    workspace,
    user: options.user.id,
    socket: options.socket,
    pace: options.pace ?? {},
    dial: options.dial,
    heard: hear,
  });
  const { connection } = following;
  // Lists and histories stay on REST: on the socket, large answers would stand in the way of news.
  const sync = options.sync === 'rest' ? api : following.sync;
  const persistent = createPersistent(sync, options.patience);
  const { load, destroy, carry } = createCarrier(persistent, own, itemOf);
  const { forget: forgetVersions, ...history } = createHistory({ rest: api, persistent, own, pathOf: itemOf });

  function hear(heard: Heard): void {
    switch (heard.kind) {
      case 'link':
        own.connected(heard.state.kind === 'open' ? heard.state.id : null);
        if (heard.state.kind !== 'open') presence.lost();
        return tell({ kind: 'connection', state: heard.state, link: heard.link });
      case 'welcome':
        return presence.welcomed();
      case 'reached':
        persistent.hurry();
        for (const draft of drafts.unsaved()) draft.reached();
        void notices.refresh();
        return anew.hurry();
      case 'change':
        return receive(heard.change);
      case 'notice':
        return void notices.refresh();
      case 'presence':
        return presence.take(heard.present);
      case 'round':
        return void presence.beat();
      case 'reset':
        return reset(heard.workspace, heard.reason);
    }
  }

  /** What this page shows is read anew. */
  function reset(of: string, reason: Reset['reason']): void {
    // A log of another epoch may tell other things by the same numbers.
    forgetVersions();
    if (reason === 'epoch' || reason === 'ahead') for (const model of records.values()) model.doubt();
    if (reason === 'access') {
      if (of === workspace) presence.anew();
      tell({ kind: 'access' });
    }
    if (of === workspace) anew.begin();
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
    const resource = resources.get(change.resource);
    if (change.workspace !== workspace || !resource) return;
    const whose = own.whose(change.by, change.key);
    record(resource, change.id).meet({ kind: 'change', change, whose });
    tell({ kind: 'change', change, whose });
  }

  /** Reads anew what this page shows; drafts keep what was typed. Answers whether all of it came through. */
  async function refresh(): Promise<boolean> {
    // Where the log stands comes first: should the socket be lost meanwhile, it goes on from before what was read.
    const isMember = await following.stand();
    if (isMember === null) return false;
    const shown = [...lists];
    const edited = drafts.here().flatMap((draft) => draft.record ?? []);
    void notices.refresh();
    const [answers] = await Promise.all([
      Promise.all(edited.map((record) => load(record))),
      ...shown.map((list) => list.show(list.query)),
    ]);
    return !isMember || (answers.every(isAnswer) && shown.every(({ state }) => state.kind !== 'failed'));
  }

  const isWanted = () => !isOver(connection.state);
  const anew = createAnew(refresh, isWanted);
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
      return new Draft({ ...place, persistent, own, recordOf, since: missed, restore, version, keeper }, model);
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
    isWanted,
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
      return following.link;
    },
    wake: following.wake,
    record,
    load,
    destroy,
    ...history,
    list(resource) {
      const recordOf = (id: string) => record(resource, id);
      const { begin: read } = following;
      const list = new StetList({ resource, path: pathOf(resource), api, recordOf, read, missed: anew.missed });
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
      notices.stop();
      persistent.stop();
      connection.close();
      presence.stop();
    },
  };
}

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
