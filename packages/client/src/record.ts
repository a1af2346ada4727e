import {
  type Body,
  bodyOf,
  emptyBody,
  equal,
  type How,
  type Resource,
  readEtag,
  type StetRecord,
  type Tombstone,
  type Value,
} from '@stet/protocol';
import Backbone from 'backbone';
import type { Answer } from './api.js';
import { fieldChanges, isTombstone, type Met, type News, type Whose } from './news.js';

// The client's copy of one record. Its attributes are the server's, beside what a plain Backbone app set and has not
// saved; forms keep what is typed in a draft of their own (draft.ts).

/** What the server holds, as far as this page knows. */
export type ServerState =
  | { kind: 'unknown' }
  | { kind: 'live'; version: number; etag: string; body: Body }
  | { kind: 'destroyed'; version: number; etag: string; body: Body | null };

/** What Backbone asks of `sync`, carried to the server by whoever owns the connection. */
export type Carry = (method: 'read' | 'patch' | 'delete', model: StetModel) => Promise<Answer>;

interface SyncOptions {
  success?: (answer?: unknown) => void;
  error?: (answer: Answer) => void;
}

/** Events: `met` with a `Met` each time the record moved on; and Backbone's own `change`, `change:title` … */
export class StetModel extends Backbone.Model {
  readonly resource: Resource;
  #server: ServerState = { kind: 'unknown' };
  /** Whether the log that told of it has been replaced. */
  #isDoubtful = false;

  readonly #carry: Carry;

  constructor(resource: Resource, id: string, carry: Carry) {
    super({ id });
    this.resource = resource;
    this.#carry = carry;
  }

  get server(): ServerState {
    return this.#server;
  }

  /**
   * The log was replaced, by a backup for one: what is known stays until there is news, and that is taken as it is,
   * whatever its version.
   */
  doubt(): void {
    this.#isDoubtful = true;
  }

  /** The one way in: whatever was learned of this record, from whichever side, ends here. Older news moves nothing. */
  meet(news: News): void {
    switch (news.kind) {
      case 'change':
        return this.#moveOn(destination(news.change), news.change.by, news.change.at, news.whose, news.change);
      case 'read':
        return this.#moveOn(news.record, null, news.record.updatedAt, 'other');
      case 'saved':
        return this.#moveOn(news.record, null, news.record.updatedAt, 'own');
      case 'destroyed':
        return this.#moveOn(news.tombstone, news.tombstone.by, news.tombstone.at, news.whose);
      case 'stale': {
        const last = isTombstone(news.current) ? news.current : news.last;
        return this.#moveOn(news.current, last?.by ?? null, last?.at ?? '', news.whose);
      }
      case 'missing':
        return this.#leave();
    }
  }

  /** What a plain app has set and not saved. */
  unsaved(): Partial<Body> {
    const { server } = this;
    if (server.kind !== 'live') return {};
    const names = Object.keys(this.resource.fields).filter((name) => !equal(this.get(name), server.body[name]));
    return Object.fromEntries(names.map((name) => [name, this.get(name) as Value]));
  }

  /**
   * Backbone's own `fetch`, `save` and `destroy` end here: a save sends only what was set, based on the version that
   * this page has. What the server answers has met the record by then, so nothing is left for Backbone to set.
   */
  override sync(method: string, _model: Backbone.Model, options: SyncOptions = {}): JQueryXHR {
    const carried = this.#carry(method === 'read' || method === 'delete' ? method : 'patch', this).then((answer) => {
      if (answer.kind === 'ok') options.success?.();
      else options.error?.(answer);
      return answer;
    });
    // Backbone's types know only jQuery's promise.
    return carried as unknown as JQueryXHR;
  }

  #moveOn(
    to: StetRecord | Gone,
    by: Met['by'],
    at: string,
    whose: Whose,
    { key, how }: { key?: string | undefined; how?: How | undefined } = {},
  ): void {
    const before = this.#server;
    const isAnew = before.kind !== 'unknown' && (this.#isDoubtful || !isSameLog(before.etag, to.etag));
    if (before.kind !== 'unknown' && !isAnew && before.version >= to.version) return;
    this.#isDoubtful = false;
    const names = Object.keys(this.resource.fields);
    const old = before.kind === 'unknown' ? null : before.body;
    const body = isGone(to) ? null : bodyOf(to, names);
    this.#server = body
      ? { kind: 'live', version: to.version, etag: to.etag, body }
      : { kind: 'destroyed', version: to.version, etag: to.etag, body: old };
    if (body) this.set(this.#followed(to as StetRecord, old ?? emptyBody(this.resource)));
    const from = before.kind === 'unknown' ? 0 : before.version;
    const fields = body && old ? fieldChanges(this.resource, old, body) : [];
    const met: Met = {
      ...{ from, to: to.version, by, at, whose, fields },
      ...{ destroyed: body === null, anew: isAnew, key: key ?? null, how: how ?? null },
    };
    this.trigger('met', met, this);
  }

  /** It may have come after the backup that the log was replaced by. Otherwise it may be only out of this reader's sight. */
  #leave(): void {
    const before = this.#server;
    if (before.kind !== 'live' || !this.#isDoubtful) return;
    const { version, etag } = before;
    this.#moveOn({ version, etag, deleted: true }, null, '', 'other');
    // None of this says how a record of that name would count, should there be one again.
    this.#isDoubtful = true;
  }

  /** What a plain app has set and not saved stays; all else follows (C1, C2). */
  #followed(record: StetRecord, old: Body): Partial<StetRecord> {
    const isTyped = (name: string) => this.has(name) && !equal(this.get(name), old[name]);
    const kept = Object.keys(this.resource.fields).filter((name) => this.#server.kind !== 'unknown' && isTyped(name));
    // A receipt is about one save; it is no part of the record.
    const left = [...kept, 'receipt'];
    return Object.fromEntries(Object.entries(record).filter(([name]) => !left.includes(name))) as Partial<StetRecord>;
  }
}

/** All that is left of a record that is not there. */
type Gone = Pick<Tombstone, 'version' | 'etag' | 'deleted'>;

const isGone = (to: StetRecord | Gone): to is Gone => 'deleted' in to;

const isSameLog = (one: string, other: string): boolean => readEtag(one)?.epoch === readEtag(other)?.epoch;

const destination = (change: Extract<News, { kind: 'change' }>['change']): StetRecord | Tombstone =>
  (change.obj as StetRecord | undefined) ?? {
    id: change.id,
    version: change.version,
    etag: change.etag,
    deleted: true,
    by: change.by,
    at: change.at,
  };
