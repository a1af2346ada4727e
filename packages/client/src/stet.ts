import {
  type Author,
  type Change,
  type Down,
  type Membership,
  type Resource,
  readCursor,
  resources,
} from '@stet/protocol';
import { createAnew } from './anew.js';
import { type Answer, type Api, type ApiOptions, createApi } from './api.js';
import { type Carrier, createCarrier } from './carrier.js';
import { Connection, type ConnectionState } from './connection.js';
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
}

export type StetEvent =
  | { kind: 'connection'; state: ConnectionState }
  /** A change of anybody's was received, after its record met it. */
  | { kind: 'change'; change: Change; whose: Whose }
  /** The user's access has changed: ask `/me` again. */
  | { kind: 'access' };

export interface Stet extends Omit<Carrier, 'carry'>, History {
  readonly api: Api;
  readonly connection: Connection;
  /** The one copy of a record that this page has. */
  record(resource: Resource, id: string): StetModel;
  list(resource: Resource): StetList;
  /** Lists that are no longer shown are no longer kept up. */
  forget(list: StetList): void;
  /** The edits of this person: those open on this page, and those that wait on the device. */
  readonly drafts: Desk;
  /** What this person is told of: values of theirs that were knowingly replaced. */
  readonly notices: Notices;
  /** Whether an author is this page, the same person elsewhere, or somebody else. */
  whose(author: Author): Whose;
  subscribe(listener: (event: StetEvent) => void): () => void;
  start(): void;
  stop(): void;
}

export function createStet(options: StetOptions): Stet {
  const { workspace } = options;
  const api = createApi(options);
  const own = createOwn(options.user);
  const records = new Map<string, StetModel>();
  const lists = new Set<StetList>();
  const listeners = new Set<(event: StetEvent) => void>();
  const cursors = new Map<string, string>();

  const tell = (event: StetEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const pathOf = (resource: Resource) => `/workspaces/${encodeURIComponent(workspace)}/${resource.name}`;
  const itemOf = (model: StetModel) => `${pathOf(model.resource)}/${encodeURIComponent(model.id as string)}`;
  const { load, destroy, carry } = createCarrier(api, own, itemOf);
  const { forget: forgetVersions, ...history } = createHistory(api, own, itemOf);

  const connection = new Connection({
    api,
    url: options.socket,
    cursors: () => Object.fromEntries(cursors),
    message: hear,
    state(state) {
      own.connected(state.kind === 'open' ? state.id : null);
      if (state.kind === 'open') for (const draft of drafts.unsaved()) draft.reached();
      tell({ kind: 'connection', state });
    },
  });

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
    advance(change.workspace, change.cursor);
    const resource = resources.get(change.resource);
    if (change.workspace !== workspace || !resource) return;
    const whose = own.whose(change.by, change.key);
    record(resource, change.id).meet({ kind: 'change', change, whose });
    tell({ kind: 'change', change, whose });
  }

  /** Cursors only go forward within an epoch. */
  function advance(id: string, cursor: string): void {
    const [known, next] = [readCursor(cursors.get(id) ?? ''), readCursor(cursor)];
    if (next && (!known || known.epoch !== next.epoch || known.seq < next.seq)) cursors.set(id, cursor);
  }

  /** Where reading began is where the socket goes on; a page that is read later says nothing of what lies between. */
  function begin(id: string, cursor: string): void {
    if (!cursors.has(id)) cursors.set(id, cursor);
  }

  function hear(down: Down): void {
    switch (down.type) {
      case 'welcome':
        for (const { id, cursor } of down.workspaces) begin(id, cursor);
        void notices.refresh();
        anew.hurry();
        return;
      case 'rt-change':
        return receive(down);
      case 'notice':
        if (down.workspace === workspace) void notices.refresh();
        return;
      case 'reset':
        cursors.delete(down.workspace);
        // A log of another epoch may tell other things by the same numbers.
        forgetVersions();
        if (down.reason === 'access') tell({ kind: 'access' });
        if (down.workspace === workspace) anew.begin();
        return;
    }
  }

  /** Reads anew what this page shows; drafts keep what was typed. Answers whether all of it came through. */
  async function refresh(): Promise<boolean> {
    // Where the log stands comes first: should the socket be lost meanwhile, it goes on from before what was read.
    const me = await api({ method: 'GET', path: '/me' });
    if (me.kind !== 'ok') return false;
    const { workspaces } = me.body as { workspaces: Membership[] };
    for (const { id, cursor } of workspaces) begin(id, cursor);
    const shown = [...lists];
    const edited = drafts.here().flatMap((draft) => draft.record ?? []);
    const [answers] = await Promise.all([Promise.all(edited.map(load)), ...shown.map((list) => list.show(list.query))]);
    const isMember = workspaces.some(({ id }) => id === workspace);
    return !isMember || (answers.every(isAnswer) && shown.every(({ state }) => state.kind !== 'failed'));
  }

  const anew = createAnew(refresh, () => connection.state.kind !== 'closed');
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
      return new Draft({ ...place, api, own, recordOf, since: missed, restore, version, keeper }, model);
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

  return {
    api,
    connection,
    record,
    load,
    destroy,
    ...history,
    list(resource) {
      const recordOf = (id: string) => record(resource, id);
      const read = (cursor: string) => begin(workspace, cursor);
      const list = new StetList({ resource, path: pathOf(resource), api, recordOf, read });
      lists.add(list);
      return list;
    },
    forget: (list) => void lists.delete(list),
    drafts,
    notices,
    whose: (author) => own.whose(author),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: () => connection.open(),
    stop() {
      anew.stop();
      connection.close();
    },
  };
}

/** Of the server: asked again, it would say the same. */
const isAnswer = (answer: Answer): boolean =>
  answer.kind === 'ok' || (answer.kind === 'refused' && answer.problem.status < 500);
