import {
  type Change,
  type Down,
  type Membership,
  problemName,
  quoted,
  type Resource,
  readCursor,
  type Stale,
  type StetRecord,
  type Tombstone,
  type VersionInfo,
} from '@stet/protocol';
import { type Answer, type Api, type ApiOptions, createApi, detailOf } from './api.js';
import { Connection, type ConnectionState } from './connection.js';
import { Draft } from './draft.js';
import type { Whose } from './news.js';
import { StetModel } from './record.js';
import { StetList } from './records.js';

// One workspace, live: the records that this page knows, the lists and drafts on them, and the connection that feeds
// them. Every change enters through `receive`, and from there through the record's `meet`.

export interface StetOptions extends ApiOptions {
  workspace: string;
  /** Who is signed in. */
  user: { id: string; name: string };
  /** Where SockJS stands. */
  socket: string;
}

export type StetEvent =
  | { kind: 'connection'; state: ConnectionState }
  /** A change of anybody's was received, after its record met it. */
  | { kind: 'change'; change: Change; whose: Whose }
  /** The user's access has changed: ask `/me` again. */
  | { kind: 'access' };

export type Destroyed = { kind: 'destroyed' } | { kind: 'stale'; stale: Stale } | { kind: 'failed'; detail: string };

export type History = { kind: 'ok'; items: VersionInfo[]; next: string | null } | { kind: 'failed'; detail: string };

export interface Stet {
  readonly api: Api;
  readonly connection: Connection;
  /** The one copy of a record that this page has. */
  record(resource: Resource, id: string): StetModel;
  /** Reads a record anew. */
  load(model: StetModel): Promise<Answer>;
  list(resource: Resource): StetList;
  /** The edit of a record that is under way on this page, or a fresh one. */
  draft(model: StetModel): Draft;
  newDraft(resource: Resource): Draft;
  /** Drafts with something typed and not saved. */
  unsaved(): Draft[];
  /** Destroys the very version that the person has seen. */
  destroy(model: StetModel): Promise<Destroyed>;
  /** A record's history, newest first; `next` of one page is the `after` of the following. */
  history(model: StetModel, after?: string): Promise<History>;
  /** Lists that are no longer shown are no longer kept up. */
  forget(list: StetList): void;
  subscribe(listener: (event: StetEvent) => void): () => void;
  start(): void;
  stop(): void;
}

export function createStet(options: StetOptions): Stet {
  const { workspace, user } = options;
  const api = createApi(options);
  const records = new Map<string, StetModel>();
  const drafts = new Map<StetModel, Draft>();
  const newDrafts = new Set<Draft>();
  const lists = new Set<{ resource: Resource; list: StetList }>();
  const listeners = new Set<(event: StetEvent) => void>();
  const cursors = new Map<string, string>();
  const ownConnections = new Set<string>();
  const ownKeys = new Set<string>();

  const tell = (event: StetEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const pathOf = (resource: Resource) => `/workspaces/${encodeURIComponent(workspace)}/${resource.name}`;
  const itemOf = (model: StetModel) => `${pathOf(model.resource)}/${encodeURIComponent(model.id as string)}`;

  const connection = new Connection({
    api,
    url: options.socket,
    cursors: () => Object.fromEntries(cursors),
    message: (down) => hear(down),
    state(state) {
      if (state.kind === 'open') ownConnections.add(state.id);
      tell({ kind: 'connection', state });
    },
  });

  const record = (resource: Resource, id: string): StetModel => {
    const name = `${resource.name}/${id}`;
    let model = records.get(name);
    if (!model) {
      model = new StetModel(resource, id);
      records.set(name, model);
      const made = model;
      made.on('met', () => {
        for (const entry of lists) if (entry.resource === resource) entry.list.consider(made);
      });
    }
    return model;
  };

  const whose = ({ by, key }: Change): Whose => {
    if (by.id !== user.id) return 'other';
    const isOwn =
      (by.connection !== undefined && ownConnections.has(by.connection)) || (key !== undefined && ownKeys.has(key));
    return isOwn ? 'own' : 'own-elsewhere';
  };

  /** The one way of a change into the client, whatever carried it here. */
  function receive(change: Change): void {
    advance(change.workspace, change.cursor);
    if (change.workspace !== workspace) return;
    const author = whose(change);
    const resource = resourceNamed(change.resource);
    if (resource) record(resource, change.id).meet({ kind: 'change', change, whose: author });
    tell({ kind: 'change', change, whose: author });
  }

  const resourceNamed = (name: string): Resource | undefined =>
    [...lists].find(({ resource }) => resource.name === name)?.resource ??
    [...records.values()].find(({ resource }) => resource.name === name)?.resource;

  /** Cursors only go forward within an epoch; a list read later than the socket's news must not turn them back. */
  function advance(id: string, cursor: string): void {
    const [known, next] = [readCursor(cursors.get(id) ?? ''), readCursor(cursor)];
    if (next && (!known || known.epoch !== next.epoch || known.seq < next.seq)) cursors.set(id, cursor);
  }

  function hear(down: Down): void {
    switch (down.type) {
      case 'welcome':
        for (const { id, cursor } of down.workspaces as Membership[]) if (!cursors.has(id)) cursors.set(id, cursor);
        return;
      case 'rt-change':
        return receive(down);
      case 'reset':
        cursors.delete(down.workspace);
        if (down.reason === 'access') tell({ kind: 'access' });
        if (down.workspace === workspace) void refresh();
        return;
    }
  }

  /** Reads anew what this page shows; drafts keep what was typed. */
  async function refresh(): Promise<void> {
    await Promise.all([...[...lists].map(({ list }) => list.show(list.query)), ...[...drafts.keys()].map(load)]);
  }

  async function load(model: StetModel): Promise<Answer> {
    const answer = await api({ method: 'GET', path: itemOf(model) });
    if (answer.kind === 'ok') model.meet({ kind: 'read', record: answer.body as StetRecord });
    if (answer.kind === 'refused' && problemName(answer.problem) === 'gone') {
      const { id, version, etag, destroyedBy, destroyedAt } = answer.problem as unknown as Record<string, string> & {
        version: number;
      };
      const by = { id: String(destroyedBy), name: String(destroyedBy) };
      const tombstone: Tombstone = {
        id: String(id),
        version,
        etag: String(etag),
        deleted: true,
        by,
        at: String(destroyedAt),
      };
      model.meet({ kind: 'destroyed', tombstone, whose: by.id === user.id ? 'own-elsewhere' : 'other' });
    }
    return answer;
  }

  const newKey = (): string => {
    const key = crypto.randomUUID();
    ownKeys.add(key);
    return key;
  };
  const ownHeaders = (): Record<string, string> => {
    const { state } = connection;
    return state.kind === 'open' ? { 'stet-connection': state.id } : {};
  };
  const makeDraft = (resource: Resource, model: StetModel | null): Draft => {
    const recordOf = (id: string) => record(resource, id);
    const newId = () => crypto.randomUUID();
    return new Draft({ resource, path: pathOf(resource), api, newKey, newId, headers: ownHeaders, recordOf }, model);
  };

  return {
    api,
    connection,
    record,
    load,
    list(resource) {
      const path = pathOf(resource);
      const read = (cursor: string) => {
        if (!cursors.has(workspace)) cursors.set(workspace, cursor);
      };
      const list = new StetList({ resource, path, api, recordOf: (id) => record(resource, id), read });
      lists.add({ resource, list });
      return list;
    },
    forget(list) {
      for (const entry of lists) if (entry.list === list) lists.delete(entry);
    },
    draft(model) {
      let draft = drafts.get(model);
      if (!draft) {
        draft = makeDraft(model.resource, model);
        drafts.set(model, draft);
      }
      return draft;
    },
    newDraft(resource) {
      const draft = makeDraft(resource, null);
      newDrafts.add(draft);
      return draft;
    },
    unsaved: () => [...drafts.values(), ...newDrafts].filter((draft) => draft.isDirty),
    async destroy(model) {
      const { server } = model;
      if (server.kind !== 'live') return { kind: 'destroyed' };
      const key = newKey();
      const headers = { ...ownHeaders(), 'if-match': quoted(server.etag), 'idempotency-key': key };
      const answer = await api({ method: 'DELETE', path: itemOf(model), headers });
      if (answer.kind === 'unreachable') return { kind: 'failed', detail: detailOf(answer) };
      if (answer.kind === 'refused') {
        if (problemName(answer.problem) !== 'stale-version') return { kind: 'failed', detail: detailOf(answer) };
        const stale = answer.problem as unknown as Stale;
        model.meet({ kind: 'stale', current: stale.current as StetRecord, last: stale.changes.at(-1) ?? null });
        return { kind: 'stale', stale };
      }
      const { id, version, etag } = answer.body as { id: string; version: number; etag: string };
      const tombstone: Tombstone = { id, version, etag, deleted: true, by: user, at: new Date().toISOString() };
      model.meet({ kind: 'destroyed', tombstone, whose: 'own' });
      return { kind: 'destroyed' };
    },
    async history(model, after) {
      const answer = await api({ method: 'GET', path: `${itemOf(model)}/versions${after ? `?after=${after}` : ''}` });
      if (answer.kind === 'ok') return { kind: 'ok', ...(answer.body as { items: VersionInfo[]; next: string | null }) };
      return { kind: 'failed', detail: detailOf(answer) };
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: () => connection.open(),
    stop: () => connection.close(),
  };
}
