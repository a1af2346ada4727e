import {
  type Author,
  type Body,
  bodyOf,
  checkBody,
  emptyBody,
  equal,
  type Problem,
  parseFields,
  problem,
  problemName,
  quoted,
  type Resource,
  type Stale,
  type StetRecord,
  type Value,
  type VersionInfo,
} from '@stet/protocol';
import Backbone from 'backbone';
import type { Answer, Api } from './api.js';
import { meetRefusal } from './carrier.js';
import { type Choice, type Chosen, choiceOf, joinWaiting, type Side, settledValue, type Waiting } from './choice.js';
import { isTombstone, type Met } from './news.js';
import { type Overtaken, overtake } from './overtaken.js';
import type { Own } from './own.js';
import type { StetModel } from './record.js';
import { Typed } from './typed.js';

// One person's edit of one record: the form's own model, apart from the server's copy. Its attributes are what the form
// shows. Fields that were not touched follow the record; what was typed stays, with the base that it started from.

/** Where the edit stands; what a page shows of it is true (C6). */
export type DraftState =
  | { kind: 'clean' }
  | { kind: 'unsaved' }
  | { kind: 'saving' }
  | { kind: 'saved'; version: number }
  /** Still unsaved, and why. */
  | { kind: 'failed'; problem: Problem }
  /** Refused as stale: it waits for the person's choice. */
  | { kind: 'choosing'; choice: Choice }
  /** The record was destroyed; what was typed is kept here. */
  | { kind: 'orphaned'; by: Author | null; at: string };

export type SaveResult = DraftState['kind'] | 'unchanged';

/** What is kept of the state; `clean`, `unsaved` and `choosing` follow from what was typed and what waits. */
type Phase = Exclude<DraftState, { kind: 'choosing' | 'clean' | 'unsaved' }> | { kind: 'open' };

interface Base {
  version: number;
  etag: string;
  body: Body;
}

export interface DraftOptions {
  resource: Resource;
  /** The path of the resource, such as `/workspaces/catalogue/books`. */
  path: string;
  api: Api;
  own: Own;
  recordOf(id: string): StetModel;
}

/**
 * Events: `state` when the save state, the banner or a field's mark moved; `change:title` … when a shown value did.
 * A draft without a record is a new one: its first save creates.
 */
export class Draft extends Backbone.Model {
  readonly resource: Resource;
  readonly #options: DraftOptions;
  /** A new record has its id before it is saved: sent twice, it is still one. */
  #newId: string;
  #record: StetModel | null = null;
  #base: Base | null = null;
  /** The etag that the person started from, while a choice moved the base on (V4, `Stet-Base`). */
  #startedFrom: string | null = null;
  readonly #typed = new Typed();
  readonly #fresh = new Map<string, Author | null>();
  #overtaken: Overtaken | null = null;
  #chosen = new Map<string, Chosen>();
  #waiting: Waiting | null = null;
  #phase: Phase = { kind: 'open' };
  /** The last save that was asked for. */
  #saving: Promise<SaveResult> | null = null;
  /** The save that no answer or echo has told of yet: its key, and what it says. */
  #sent: { key: string; fields: Partial<Body> } | null = null;

  constructor(options: DraftOptions, record: StetModel | null) {
    super(emptyBody(options.resource));
    this.resource = options.resource;
    this.#options = options;
    this.#newId = options.own.newId();
    if (record) this.#bind(record);
  }

  get record(): StetModel | null {
    return this.#record;
  }

  get isDirty(): boolean {
    return this.#typed.size > 0;
  }

  get overtaken(): Overtaken | null {
    return this.#overtaken;
  }

  /** The version that this edit started from; null for a new record. */
  get baseVersion(): number | null {
    return this.#base?.version ?? null;
  }

  isTouched(name: string): boolean {
    return this.#typed.has(name);
  }

  /** Who just changed this untouched field; undefined when nobody did. */
  freshBy(name: string): Author | null | undefined {
    return this.#fresh.get(name);
  }

  get state(): DraftState {
    if (this.#phase.kind !== 'open' && this.#phase.kind !== 'failed') return this.#phase;
    if (this.#waiting) return { kind: 'choosing', choice: this.#choice(this.#waiting) };
    if (this.#phase.kind === 'failed') return this.#phase;
    return { kind: this.isDirty ? 'unsaved' : 'clean' };
  }

  /** The person typed. A value typed back to what it was is no change. */
  edit(name: string, value: Value): void {
    this.#touch(name);
    this.#fresh.delete(name);
    if (this.#phase.kind === 'saved' || this.#phase.kind === 'failed') this.#phase = { kind: 'open' };
    this.set(name, value);
    // Where theirs has moved on, the field stays the person's until they leave it: nothing is put under their caret.
    if (this.#isBack(name) && !this.#hasMovedOn(name)) this.#untouch(name);
    this.#tell();
  }

  /** The person begins on a field whose value is not known yet (a composition): from here on it does not follow. */
  hold(name: string): void {
    this.#touch(name);
    this.#tell();
  }

  /** The person left a field: where nothing of theirs is left in it, it follows again. */
  release(name: string): void {
    if (!this.#typed.has(name) || !this.#isBack(name)) return;
    this.#untouch(name);
    this.#tell();
  }

  dismiss(): void {
    this.#overtaken = null;
    this.#fresh.clear();
    this.#tell();
  }

  /** Gives up what was typed; the form shows the record as it is. */
  discard(): void {
    this.#typed.clear();
    this.#settled();
    this.#phase = { kind: 'open' };
    if (this.#record) this.#follow();
    else this.set(emptyBody(this.resource));
    this.#tell();
  }

  /** Decides one field. It holds while theirs stays what it was chosen over. */
  choose(name: string, side: Side): void {
    const { state } = this;
    if (state.kind !== 'choosing') return;
    const question = state.choice.questions.find((each) => each.name === name);
    if (question) this.#chosen.set(name, { side, over: question.theirs });
    this.#tell();
  }

  /** Decides all that is in conflict for one side, and saves: one step. */
  async settleFor(side: 'mine' | 'theirs'): Promise<SaveResult> {
    const { state } = this;
    if (state.kind !== 'choosing') return state.kind;
    for (const { name, verdict } of state.choice.questions) if (verdict === 'conflict') this.choose(name, side);
    return this.settle();
  }

  /** Saves what was chosen, based on the newest version that the person has seen. */
  async settle(): Promise<SaveResult> {
    const { state } = this;
    if (state.kind !== 'choosing' || state.choice.open > 0) return state.kind;
    const { questions, theirs } = state.choice;
    this.#startedFrom ??= this.#base?.etag ?? null;
    this.#waiting = null;
    this.#base = baseOf(this.resource, theirs);
    this.#typed.clear();
    for (const question of questions) {
      const value = settledValue(question);
      this.set(question.name, value);
      if (!equal(this.#stored(question.name, value), question.theirs)) this.#typed.begin(question.name);
    }
    for (const name of this.#names()) if (!this.#typed.has(name)) this.set(name, this.#base.body[name] ?? null);
    this.#overtaken = null;
    return this.submit();
  }

  /** The text of a destroyed record becomes a new one, still unsaved. */
  keepAsNew(): void {
    if (this.#phase.kind !== 'orphaned') return;
    this.#unbind();
    for (const [name, field] of Object.entries(this.resource.fields)) {
      if (!equal(this.#stored(name, this.get(name)), field.empty)) this.#typed.begin(name);
    }
    this.#phase = { kind: 'open' };
    this.#settled();
    this.#tell();
  }

  /**
   * Sends only what the person changed. Resolves to where the edit stands then; a refusal is an answer.
   * Asked again while a save is under way, it saves what was typed since right after it.
   */
  submit(): Promise<SaveResult> {
    const underWay = this.#phase.kind === 'saving' ? this.#saving : null;
    this.#saving = underWay
      ? underWay.then((result) => (this.state.kind === 'unsaved' ? this.#submit() : result))
      : this.#submit();
    return this.#saving;
  }

  async #submit(): Promise<SaveResult> {
    const { state } = this;
    if (state.kind === 'choosing' || state.kind === 'orphaned') return state.kind;
    if (!this.isDirty && this.#record) return this.#finish({ kind: 'open' }, 'unchanged');
    const typed = Object.fromEntries(this.#typed.names.map((name) => [name, this.get(name) as Value]));
    const parsed = parseFields(this.resource, typed);
    const issues = parsed.kind === 'invalid' ? parsed.issues : checkBody(this.resource, this.#whole(parsed.value));
    if (parsed.kind === 'invalid' || issues.length > 0) {
      return this.#finish({ kind: 'failed', problem: problem('invalid', undefined, { errors: issues }) }, 'failed');
    }
    const key = this.#options.own.newKey();
    this.#sent = { key, fields: parsed.value };
    this.#phase = { kind: 'saving' };
    this.#tell();
    const answer = await this.#send(parsed.value, key);
    return this.#answered(answer, parsed.value, key);
  }

  #send(fields: Partial<Body>, key: string): Promise<Answer> {
    const { api, path, own } = this.#options;
    const headers = { ...own.headers(), 'idempotency-key': key };
    if (!this.#record || !this.#base) {
      this.#expect(this.#options.recordOf(this.#newId));
      return api({ method: 'POST', path, headers, body: { id: this.#newId, ...fields } });
    }
    const based = { 'if-match': quoted(this.#base.etag) };
    const started = this.#startedFrom ? { 'stet-base': quoted(this.#startedFrom) } : {};
    const item = `${path}/${encodeURIComponent(this.#record.id as string)}`;
    return api({ method: 'PATCH', path: item, headers: { ...headers, ...based, ...started }, body: fields });
  }

  #answered(answer: Answer, sent: Partial<Body>, key: string): SaveResult | Promise<SaveResult> {
    // The echo was here before the answer: the save is known and done.
    if (this.#sent?.key !== key) return this.state.kind;
    // It may have arrived all the same, with only the answer lost: then its echo will say so.
    if (answer.kind === 'unreachable') {
      const detail = 'The server cannot be reached. What you typed is here; save again.';
      return this.#finish({ kind: 'failed', problem: problem('unavailable', detail) }, 'failed');
    }
    this.#sent = null;
    if (answer.kind === 'ok') {
      const record = answer.body as StetRecord;
      return this.#saved(record, sent);
    }
    if (problemName(answer.problem) === 'stale-version') return this.#stale(answer.problem as unknown as Stale);
    if (problemName(answer.problem) === 'gone') return this.#finish({ kind: 'orphaned', by: null, at: '' }, 'orphaned');
    if (problemName(answer.problem) === 'id-in-use') return this.#made(answer.problem);
    return this.#finish({ kind: 'failed', problem: answer.problem }, 'failed');
  }

  /** An id that nobody else could have chosen is in use: an earlier creation arrived, and its answer was lost. */
  async #made(refusal: Problem): Promise<SaveResult> {
    const { api, path } = this.#options;
    const answer = await api({ method: 'GET', path: `${path}/${encodeURIComponent(this.#newId)}/versions/1` });
    const created = answer.kind === 'ok' ? (answer.body as { obj: StetRecord | null }).obj : null;
    return created ? this.#again(created) : this.#finish({ kind: 'failed', problem: refusal }, 'failed');
  }

  #saved(saved: StetRecord, sent: Partial<Body>): SaveResult {
    this.#sent = null;
    // What was typed while the save was under way stays typed, on the version that was just made.
    for (const [name, value] of Object.entries(sent)) {
      this.#typed.rebase(name);
      if (equal(this.#stored(name, this.get(name)), value)) this.#typed.end(name);
    }
    // Who saved after us is still news.
    const later = this.#overtaken && this.#overtaken.version > saved.version ? this.#overtaken : null;
    this.#settled();
    this.#overtaken = later;
    this.#base = baseOf(this.resource, saved);
    this.#phase = this.isDirty ? { kind: 'open' } : { kind: 'saved', version: saved.version };
    if (!this.#record) this.#bind(this.#options.recordOf(saved.id));
    this.#record?.meet({ kind: 'saved', record: saved });
    this.#follow();
    this.#tell();
    return 'saved';
  }

  /** A stale answer is news of the record like any other; then it is a question. */
  #stale(stale: Stale): SaveResult | Promise<SaveResult> {
    if (this.#isOvertakenByOwn(stale)) return this.#again(stale.current as StetRecord);
    this.#phase = { kind: 'open' };
    if (this.#record) meetRefusal(this.#record, this.#options.own, stale);
    if (isTombstone(stale.current as StetRecord)) return this.state.kind;
    this.#ask(stale.current as StetRecord, stale.changes);
    return 'choosing';
  }

  /** Whether all that was saved since the base was saved here: an earlier save whose answer was lost. */
  #isOvertakenByOwn({ current, changes }: Stale): boolean {
    const { own } = this.#options;
    const isWhole = this.#base !== null && changes.length === current.version - this.#base.version;
    return isWhole && !isTombstone(current as StetRecord) && changes.every(({ by }) => own.whose(by) === 'own');
  }

  /** There is nobody to ask about: what that save has not brought yet is saved on top of it. */
  #again(current: StetRecord): SaveResult | Promise<SaveResult> {
    const made = baseOf(this.resource, current).body;
    const result = this.#saved(
      current,
      Object.fromEntries(this.#typed.names.map((name) => [name, made[name] ?? null])),
    );
    return this.isDirty ? this.#submit() : result;
  }

  /** Opens the question, or brings it to a newer version of theirs. */
  #ask(theirs: StetRecord, changes: VersionInfo[]): void {
    this.#waiting = joinWaiting(this.#waiting, { theirs, changes });
    this.#tell();
  }

  #choice(waiting: Waiting): Choice {
    const mine = { ...(this.#base?.body ?? {}) };
    for (const name of this.#typed.names) mine[name] = this.#stored(name, this.get(name));
    const base = this.#base && { ...this.#base.body, ...this.#typed.origins() };
    return choiceOf({ resource: this.resource, base, mine, chosen: this.#chosen, ...waiting });
  }

  #met(met: Met): void {
    const record = this.#record as StetModel;
    const { server } = record;
    if (this.#isEcho(met, record)) return;
    if (met.destroyed) return this.#destroyed(met);
    if (this.#phase.kind === 'orphaned') this.#phase = { kind: 'open' };
    const isFirst = met.from === 0;
    if (!isFirst && met.whose !== 'own') this.#overtake(met);
    if (this.#waiting && server.kind === 'live') {
      const theirs = this.#record?.toJSON() as StetRecord;
      const fields = met.fields.map(({ name }) => name);
      const news = met.by ? [{ version: met.to, action: 'update' as const, by: met.by, at: met.at, fields }] : [];
      this.#ask(theirs, news);
    }
    this.#follow();
    this.#tell();
  }

  #destroyed({ by, at, whose }: Met): void {
    this.#waiting = null;
    if (whose !== 'own' || this.isDirty) this.#phase = { kind: 'orphaned', by, at };
    this.#tell();
  }

  #overtake(met: Met): void {
    this.#overtaken = overtake(this.#overtaken, met, (name) => this.#typed.has(name));
    for (const { name } of met.fields) if (!this.#typed.has(name)) this.#fresh.set(name, met.by);
  }

  /** Untouched fields show what the record holds (C2); touched ones are the person's (C1). */
  #follow(): void {
    const server = this.#record?.server;
    if (server?.kind !== 'live') return;
    // The base moves on only with nothing typed: a typed value keeps what it started from.
    if (!this.isDirty && !this.#waiting) this.#base = { version: server.version, etag: server.etag, body: server.body };
    for (const name of this.#names()) if (!this.#typed.has(name)) this.set(name, server.body[name] ?? null);
  }

  /** The own save, told by the log: before its answer, or where that was lost. */
  #isEcho({ key }: Met, record: StetModel): boolean {
    if (!this.#sent || key !== this.#sent.key || record.server.kind !== 'live') return false;
    this.#saved(record.toJSON() as StetRecord, this.#sent.fields);
    return true;
  }

  /** A record that is about to be made is heard of by its echo, too. */
  #expect(record: StetModel): void {
    this.stopListening(record);
    this.listenTo(record, 'met', (met: Met) => void this.#isEcho(met, record));
  }

  #bind(record: StetModel): void {
    this.stopListening(record);
    this.#record = record;
    this.listenTo(record, 'met', (met: Met) => this.#met(met));
    this.#follow();
  }

  /** What a field started from, for the person. */
  #origin(name: string): Value {
    const known = this.#typed.origin(name);
    return known !== undefined ? known : (this.#base?.body[name] ?? this.resource.fields[name]?.empty ?? null);
  }

  #touch(name: string): void {
    const server = this.#record?.server;
    this.#typed.begin(name, server?.kind === 'live' ? (server.body[name] ?? null) : undefined);
  }

  #untouch(name: string): void {
    this.#typed.end(name);
    this.#follow();
  }

  #isBack(name: string): boolean {
    return equal(this.#stored(name, this.get(name)), this.#origin(name));
  }

  #hasMovedOn(name: string): boolean {
    const server = this.#record?.server;
    return server?.kind === 'live' && !equal(server.body[name], this.#origin(name));
  }

  #unbind(): void {
    this.#newId = this.#options.own.newId();
    if (this.#record) this.stopListening(this.#record);
    this.#record = null;
    this.#base = null;
  }

  #settled(): void {
    this.#overtaken = null;
    this.#waiting = null;
    this.#startedFrom = null;
    this.#fresh.clear();
    this.#chosen = new Map();
  }

  #finish<T extends SaveResult>(phase: Phase, result: T): T {
    this.#phase = phase;
    this.#tell();
    return result;
  }

  #whole(fields: Partial<Body>): Body {
    return { ...emptyBody(this.resource), ...this.#base?.body, ...fields } as Body;
  }

  /** As the server would keep it, where the schema takes it; else as it was typed. */
  #stored(name: string, value: Value): Value {
    const parsed = parseFields(this.resource, { [name]: value });
    return parsed.kind === 'ok' ? (parsed.value[name] ?? null) : value;
  }

  #names(): string[] {
    return Object.keys(this.resource.fields);
  }

  #tell(): void {
    this.trigger('state', this);
  }
}

const baseOf = (resource: Resource, record: StetRecord): Base => ({
  version: record.version,
  etag: record.etag,
  body: bodyOf(record, Object.keys(resource.fields)),
});
