import {
  comparePlaces,
  type ListQuery,
  matches,
  type Place,
  placeOf,
  type Resource,
  type StetRecord,
} from '@stet/protocol';
import Backbone from 'backbone';
import { type Api, detailOf, isPassing } from './api.js';
import type { ServerState, StetModel } from './record.js';

// A list as a window on the server's order: pages are fetched as they are wanted, and what others save enters, moves
// and leaves by the same judgement as the server's.

export type ListState = { kind: 'loading' } | { kind: 'ready'; more: boolean } | { kind: 'failed'; detail: string };

export interface ListOptions {
  resource: Resource;
  path: string;
  api: Api;
  recordOf(id: string): StetModel;
  /** Told where the log stood when a page was read. */
  read(cursor: string): void;
  /** Told when a page could not be read at the moment. */
  missed(): void;
}

const pageSize = 100;

/** Events: Backbone's `add`, `remove`, `sort`, `update`, and `state`. */
export class StetList extends Backbone.Collection<StetModel> {
  readonly #options: ListOptions;
  #query: ListQuery;
  #state: ListState = { kind: 'loading' };
  #next: string | null = null;
  /** The last place that was fetched; what lies beyond it is not in the window. */
  #end: Place | null = null;
  readonly #places = new WeakMap<StetModel, { sort: string; server: ServerState; place: Place }>();
  /** What moved on while a page was on its way, which may have been read before. */
  readonly #arrived = new Set<StetModel>();
  /** Each load has its number: the answer to a former question is not listened to. */
  #load = 0;

  constructor(options: ListOptions) {
    super();
    this.#options = options;
    this.#query = { q: '', sort: options.resource.title, filters: {} };
    this.comparator = (a: StetModel, b: StetModel) => comparePlaces(this.#query, this.#place(a), this.#place(b));
  }

  get resource(): Resource {
    return this.#options.resource;
  }

  get query(): ListQuery {
    return this.#query;
  }

  get state(): ListState {
    return this.#state;
  }

  /** Shows another question's answer; what is on the screen stays until it is there. */
  async show(query: ListQuery): Promise<void> {
    this.#query = query;
    await this.#fetch(null);
  }

  async more(): Promise<void> {
    if (this.#state.kind === 'ready' && this.#next !== null) await this.#fetch(this.#next);
  }

  /** A record moved on: it enters, moves within or leaves the window. */
  consider(model: StetModel): void {
    if (this.#state.kind === 'failed') return;
    if (this.#state.kind === 'loading') this.#arrived.add(model);
    const before = this.#places.get(model)?.place;
    const belongs = this.#belongs(model);
    const isHere = this.get(model.id as string) !== undefined;
    if (belongs && isHere) {
      if (before?.key !== this.#place(model).key) this.sort();
    } else if (belongs) this.add(model);
    else if (isHere) this.remove(model);
  }

  #belongs(model: StetModel): boolean {
    const { server } = model;
    if (server.kind !== 'live' || !matches(this.#options.resource, server.body, this.#query)) return false;
    return this.#end === null || comparePlaces(this.#query, this.#place(model), this.#end) <= 0;
  }

  /** Folding a text costs more than comparing: kept for as long as the record and the order stay. */
  #place(model: StetModel): Place {
    const { sort } = this.#query;
    const { server } = model;
    const known = this.#places.get(model);
    if (known?.sort === sort && known.server === server) return known.place;
    const place = placeOf(this.#query, model.attributes as StetRecord);
    this.#places.set(model, { sort, server, place });
    return place;
  }

  async #fetch(after: string | null): Promise<void> {
    this.#load += 1;
    const mine = this.#load;
    // What came before this question was asked is in its answer, or is gone since.
    this.#arrived.clear();
    this.#become({ kind: 'loading' });
    const { q, sort, filters } = this.#query;
    const search = new URLSearchParams({ limit: String(pageSize), sort, ...(q ? { q } : {}), ...filters });
    if (after !== null) search.set('after', after);
    const answer = await this.#options.api({ method: 'GET', path: `${this.#options.path}?${search}` });
    if (mine !== this.#load) return;
    if (isPassing(answer)) this.#options.missed();
    if (answer.kind !== 'ok') return this.#become({ kind: 'failed', detail: detailOf(answer) });
    const page = answer.body as { items: StetRecord[]; next: string | null; cursor: string };
    this.#options.read(page.cursor);
    this.#take(page.items, page.next, after === null);
  }

  #take(items: StetRecord[], next: string | null, isFirst: boolean): void {
    const models = items.map((item) => {
      const model = this.#options.recordOf(item.id);
      model.meet({ kind: 'read', record: item });
      return model;
    });
    const last = items.at(-1);
    this.#next = next;
    this.#end = next !== null && last ? placeOf(this.#query, last) : null;
    const wanted = [...new Set([...models, ...this.#arrived])].filter((model) => this.#belongs(model));
    if (isFirst) {
      // Another order of the same records is no change to Backbone: it is sorted here.
      this.set(wanted, { sort: false });
      this.sort();
    } else this.add(wanted);
    this.#become({ kind: 'ready', more: next !== null });
  }

  #become(state: ListState): void {
    this.#state = state;
    this.trigger('state', state);
  }
}
