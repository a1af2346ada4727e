import { randomUUID } from 'node:crypto';
import {
  type Action,
  type Author,
  type Body,
  books,
  changedFields,
  emptyBody,
  type ListQuery,
  type Place,
  type Resource,
  sortableBy,
} from '@stet/protocol';
import type { Entry, Outcome, Page, Store, Stored, Write } from '@stet/store';

// One workspace of a store and a person who writes to it, so that a test of the store reads as a story.

export const ana: Author = { id: 'ana', name: 'Ana' };
export const ben: Author = { id: 'ben', name: 'Ben' };

export const book = (fields: Body): Body => ({ ...emptyBody(books), ...fields });

type Extra = Partial<Pick<Write, 'by' | 'at' | 'key' | 'how'>>;

/** The entry of a write that the test counts on. */
export function saved(outcome: Outcome): Entry {
  if (outcome.kind !== 'saved') throw new Error(`The write was expected to be accepted, but it is ${outcome.kind}.`);
  return outcome.entry;
}

export class Catalogue {
  readonly store: Store;
  readonly workspace: string;
  readonly resource: Resource;

  constructor(store: Store, workspace: string, resource: Resource = books) {
    this.store = store;
    this.workspace = workspace;
    this.resource = resource;
  }

  /** A new and empty workspace of its own. */
  static async in(store: Store, resource: Resource = books): Promise<Catalogue> {
    const id = randomUUID();
    await store.workspaces.create({ id, name: `Catalogue ${id}` });
    return new Catalogue(store, id, resource);
  }

  write(id: string, before: Stored | null, body: Body | null, extra: Extra = {}): Promise<Outcome> {
    const { workspace, resource } = this;
    const action: Action = body === null ? 'destroy' : before?.body ? 'update' : 'create';
    const fields = body === null ? [] : changedFields(resource, before?.body ?? emptyBody(resource), body);
    const at = new Date().toISOString();
    return this.store.write({ workspace, resource, id, before, action, body, fields, by: ana, at, ...extra });
  }

  async create(id: string, fields: Body, extra?: Extra): Promise<Stored> {
    return saved(await this.write(id, null, { ...emptyBody(this.resource), ...fields }, extra)).left;
  }

  async update(before: Stored, fields: Body, extra?: Extra): Promise<Stored> {
    return saved(await this.write(before.id, before, { ...before.body, ...fields }, extra)).left;
  }

  async destroy(before: Stored, extra?: Extra): Promise<Stored> {
    return saved(await this.write(before.id, before, null, extra)).left;
  }

  get(id: string): Promise<Stored | null> {
    return this.store.records.get(this.workspace, this.resource.name, id);
  }

  history(id: string, before = Number.MAX_SAFE_INTEGER, limit = 1_000): Promise<Entry[]> {
    return this.store.log.history(this.workspace, this.resource.name, id, before, limit);
  }

  log(seq = 0, limit = 100_000): Promise<Entry[]> {
    return this.store.log.after(this.workspace, seq, limit);
  }

  page(query: Partial<ListQuery>, after: Place | null, limit: number): Promise<Page> {
    const whole = { q: '', sort: 'title', filters: {}, ...query };
    return this.store.records.list(this.workspace, this.resource, whole, after, limit);
  }

  /** The ids of a whole list. */
  async ids(query: Partial<ListQuery> = {}): Promise<string[]> {
    return (await this.page(query, null, 100_000)).items.map(({ id }) => id);
  }

  /** All that the store would tell of this workspace: what is to stay untouched is compared by it. */
  async everything(queries: Array<Partial<ListQuery>> = []) {
    const log = await this.log();
    const ids = [...new Set(log.map(({ id }) => id))];
    const orders = sortableBy(this.resource).flatMap((sort) => [{ sort }, { sort: `-${sort}` }]);
    return {
      workspace: await this.store.workspaces.get(this.workspace),
      log,
      records: await Promise.all(ids.map((id) => this.get(id))),
      histories: await Promise.all(ids.map((id) => this.history(id))),
      lists: await Promise.all([...orders, ...queries].map((query) => this.ids(query))),
    };
  }
}
