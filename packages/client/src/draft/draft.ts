import {
  type Author,
  type Body,
  checkBody,
  emptyBody,
  equal,
  parseFields,
  problem,
  problemName,
  type Receipt,
  type Resource,
  type Stale,
  type StetRecord,
  type Value,
} from '@stet/protocol';
import Backbone from 'backbone';
import type { WhyPassing } from '../api.js';
import { meetRefusal } from '../carrier.js';
import type { KeptDraft } from '../drafts/kept.js';
import type { Restored } from '../history.js';
import { isTombstone, type Met } from '../news.js';
import type { StetModel } from '../record.js';
import { asRestore } from '../way-back.js';
import { Asking } from './asking.js';
import { type Side, settledValue } from './choice.js';
import { Delivery } from './delivery.js';
import { baseOf, Edit } from './edit.js';
import { Keeping } from './keeping.js';
import { Others } from './others.js';
import type { Overtaken } from './overtaken.js';
import { judge } from './rebase.js';
import { becameOf, whileAway } from './return.js';
import { isTypedOver, nextSave, type Sent } from './sending.js';
import type { DraftOptions, DraftState, Phase, SaveResult } from './state.js';

// One person's edit of one record: the form's own model, apart from the server's copy. Its attributes are what the form
// shows. Fields that were not touched follow the record; what was typed stays, with the base that it started from, here
// and on the device.
//
//   edit ─▶ unsaved ─ submit ─▶ saving ─▶ saved        (combined: with a receipt)
//              ▲          │      ▼  ├───▶ failed       (no answer for long, or a refusal: still unsaved)
//              │          │  retrying   │              (the server can't at the moment: by itself, for a while)
//              │          ▼         ▼
//              └──────── choosing ◀─┘                  (both changed a field: the person decides)

const isGone = ({ server }: StetModel): boolean => server.kind === 'destroyed';

/**
 * Events: `state` when the save state, the banner or a field's mark moved; `change:title` … when a shown value did.
 * A draft without a record is a new one: its first save creates.
 */
export class Draft extends Backbone.Model {
  readonly resource: Resource;
  readonly #options: DraftOptions;
  readonly #keeping: Keeping;
  /** A new record has its id before it is saved: sent twice, it is still one. */
  #newId: string;
  #record: StetModel | null = null;
  readonly #edit: Edit;
  readonly #others = new Others();
  readonly #asking: Asking;
  #receipt: Receipt | null = null;
  #phase: Phase = { kind: 'open' };
  /** The last save that was asked for. */
  #saving: Promise<SaveResult> | null = null;
  readonly #delivery: Delivery;

  constructor(options: DraftOptions, record: StetModel | null) {
    super(emptyBody(options.resource));
    this.resource = options.resource;
    this.#options = options;
    this.#edit = new Edit(options.resource);
    this.#asking = new Asking(options.resource);
    this.#delivery = new Delivery(options.persistent);
    const newId = () => options.own.newId();
    this.#newId = newId();
    this.#keeping = new Keeping(newId, options.keeper, () => void this.trigger('state', this));
    if (record) this.#bind(record);
  }

  get record(): StetModel | null {
    return this.#record;
  }

  /** The id under which it is kept on the device. */
  get keptAs(): string {
    return this.#keeping.id;
  }

  get isDirty(): boolean {
    return this.#edit.size > 0;
  }

  /** Whether all that was typed stands on the device too, so that a reload or a crash loses nothing (C5). */
  get isKept(): boolean {
    return this.isDirty && this.#keeping.isKept;
  }

  /** Why the device does not keep it, if so. */
  get notKept(): string | null {
    return this.isDirty ? this.#keeping.failed : null;
  }

  get overtaken(): Overtaken | null {
    return this.#others.overtaken;
  }

  /** Of a save that was combined with somebody else's, until it is dismissed (M4). */
  get receipt(): Receipt | null {
    return this.#receipt;
  }

  /** The version that this edit started from; null for a new record. */
  get baseVersion(): number | null {
    return this.#edit.base?.version ?? null;
  }

  isTouched(name: string): boolean {
    return this.#edit.has(name);
  }

  /** Who just changed this untouched field; undefined when nobody did. */
  freshBy(name: string): Author | null | undefined {
    return this.#others.freshBy(name);
  }

  get state(): DraftState {
    if (this.#phase.kind !== 'open' && this.#phase.kind !== 'failed') return this.#phase;
    const choice = this.#asking.choice(this.#edit.parts());
    if (choice) return { kind: 'choosing', choice };
    if (this.#phase.kind === 'failed') return this.#phase;
    return { kind: this.isDirty ? 'unsaved' : 'clean' };
  }

  /** The fields that both sides changed: those that a save would ask about, and those that it would combine. */
  get clashes(): { conflicts: string[]; merged: string[] } {
    const server = this.#record?.server;
    if (server?.kind !== 'live' || !this.#edit.base) return { conflicts: [], merged: [] };
    const { conflicts, combined } = judge(this.resource, this.#edit.parts(), server.body);
    return { conflicts, merged: Object.keys(combined) };
  }

  /** The person typed. A value typed back to what it was is no change. */
  edit(name: string, value: Value): void {
    this.#touch(name, value);
    this.#others.seen(name);
    this.#edit.at = new Date().toISOString();
    if (this.#phase.kind === 'saved' || this.#phase.kind === 'failed') this.#phase = { kind: 'open' };
    this.set(name, value);
    // Where theirs has moved on, the field stays the person's until they leave it: nothing is put under their caret.
    if (this.#edit.isBack(name) && !this.#hasMovedOn(name)) this.#untouch(name);
    this.#restIfTypedOver();
    this.#tell();
  }

  /** The person begins on a field whose value is not known yet (a composition): from here on it does not follow. */
  hold(name: string): void {
    this.#touch(name, (this.get(name) ?? null) as Value);
    this.#tell();
  }

  /** The person left a field: where nothing of theirs is left in it, it follows again. */
  release(name: string): void {
    if (!this.#edit.has(name) || !this.#edit.isBack(name)) return;
    this.#untouch(name);
    this.#tell();
  }

  /** The server is there again, and knows the person: that it was not so is no reason any more, and a save is possible. */
  reached(): void {
    if (this.#phase.kind !== 'failed') return;
    const name = problemName(this.#phase.problem);
    if (name === 'unavailable' || name === 'unauthenticated') this.#finish({ kind: 'open' }, 'unsaved');
  }

  dismiss(): void {
    this.#others.dismiss();
    this.#tell();
  }

  dismissReceipt(): void {
    this.#receipt = null;
    this.#tell();
  }

  /** Gives up what was typed; the form shows the record as it is. */
  discard(): void {
    this.#edit.clear();
    this.#delivery.drop();
    this.#begin();
    if (this.#record) this.#follow();
    else this.set(emptyBody(this.resource));
    this.#tell();
  }

  /** Asks now what a save would ask; whether there is anything to ask. */
  decide(): boolean {
    if (this.#record?.server.kind !== 'live' || this.clashes.conflicts.length === 0) return false;
    this.#asking.ask(this.#record.toJSON() as StetRecord, this.#others.between);
    this.#tell();
    return true;
  }

  /** Decides one field, and those that belong together with it. */
  choose(name: string, side: Side): void {
    const { state } = this;
    if (state.kind !== 'choosing') return;
    this.#asking.choose(state.choice, name, side);
    this.#tell();
  }

  /** Combines both sides of a field by hand. */
  combine(name: string, value: Value): void {
    const { state } = this;
    if (state.kind !== 'choosing') return;
    this.#asking.combine(state.choice, name, value);
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
    const values = Object.fromEntries(questions.map((question) => [question.name, settledValue(question)]));
    // A save before that nobody has answered is overruled by the choice: it must not be sent again.
    this.#delivery.drop();
    this.#edit.settle(baseOf(this.resource, theirs), values);
    this.#asking.close();
    this.#others.settled(theirs.version);
    this.#show();
    return this.submit();
  }

  /** What the person has before them becomes a new record, still unsaved; the old one stays as it is. */
  keepAsNew(): void {
    if (!this.#record) return;
    this.#edit.asNew();
    this.#delivery.drop();
    this.#newId = this.#options.own.newId();
    this.stopListening(this.#record);
    this.#record = null;
    this.#begin();
    this.#show();
    this.#tell();
  }

  /**
   * Puts what was typed aside, among the person's drafts on this device; the form shows the record as it is.
   * False where the device does not take it: then all stays as it was.
   */
  async park(): Promise<boolean> {
    if (!this.isDirty) return false;
    if (!(await this.#keeping.leave({ ...this.#kept(), parked: true }))) {
      this.#tell();
      return false;
    }
    this.discard();
    return true;
  }

  /** Brings a destroyed record back, based on its tombstone, and saves what was typed on top of it. */
  async restoreWithMine(): Promise<SaveResult> {
    const record = this.#record;
    const was = this.#phase;
    if (was.kind === 'saving' || record?.server.kind !== 'destroyed') return this.state.kind;
    const seen = record.server;
    this.#finish({ kind: 'saving' }, 'saving');
    const restored = await this.#options.restore(record, { version: seen.version - 1 }, seen);
    if (restored.kind === 'failed') {
      return this.#finish({ kind: 'failed', problem: problem('unavailable', restored.detail) }, 'failed');
    }
    // Somebody may have been faster, and brought it back or did something else to it: the record has met that by now.
    if (isGone(record)) return this.#finish({ kind: 'orphaned', by: null, at: '' }, 'orphaned');
    this.#phase = { kind: 'open' };
    return this.#submit();
  }

  /** Takes a combined save back: a write like any other. */
  async undoReceipt(): Promise<Restored> {
    const [receipt, record] = [this.#receipt, this.#record];
    if (!receipt || !record) return { kind: 'unchanged' };
    const restored = await this.#options.restore(record, ...asRestore(receipt.undo, receipt.version));
    if (restored.kind !== 'restored' && restored.kind !== 'unchanged') return restored;
    if (this.#receipt === receipt) this.#receipt = null;
    if (this.#phase.kind === 'saved') this.#phase = { kind: 'open' };
    this.#tell();
    return restored;
  }

  /**
   * Sends only what the person changed. Resolves to where the edit stands then; a refusal is an answer.
   * Asked again while a save is under way, it saves what was typed since right after it; one that waits is tried at once.
   */
  submit(): Promise<SaveResult> {
    const { kind } = this.#phase;
    const underWay = kind === 'saving' || kind === 'retrying' ? this.#saving : null;
    if (kind === 'retrying') this.#delivery.hurry();
    this.#saving = underWay
      ? underWay.then((result) => (this.state.kind === 'unsaved' ? this.#submit() : result))
      : this.#submit();
    return this.#saving;
  }

  /** Goes on with an edit that was kept on the device and is held by now, and learns what became of it and of the record meanwhile (C5). */
  async resume(kept: KeptDraft, release: () => void): Promise<void> {
    this.#keeping.resume(kept.id, release);
    this.#newId = kept.newId;
    this.#begin();
    this.#edit.resume(kept);
    this.#asking.resume(kept.chosen);
    this.#delivery.resume(kept.sent);
    if (kept.sent) this.#options.own.claim(kept.sent.key);
    if (this.#record?.server.kind === 'destroyed') this.#phase = { kind: 'orphaned', by: null, at: '' };
    this.#show();
    this.#tell();
    await this.#catchUp();
  }

  async #submit(): Promise<SaveResult> {
    const { sent } = this.#delivery;
    if (sent && !(await this.#isSettled(sent))) {
      // What became of the save before is learned first.
      const result = await this.#deliver(sent);
      if (result !== 'saved' || !this.isDirty) return result;
    }
    const { state } = this;
    if (state.kind === 'choosing' || state.kind === 'orphaned') return state.kind;
    // A late save brings nothing back (V5).
    if (this.#record && isGone(this.#record)) return this.#finish({ kind: 'orphaned', by: null, at: '' }, 'orphaned');
    if (!this.isDirty && this.#record) return this.#finish({ kind: 'open' }, 'unchanged');
    const parsed = parseFields(this.resource, this.#edit.raw());
    const whole = parsed.kind === 'ok' ? ({ ...this.#edit.whole(), ...parsed.value } as Body) : null;
    const issues = parsed.kind === 'invalid' ? parsed.issues : checkBody(this.resource, whole ?? {});
    if (parsed.kind === 'invalid' || issues.length > 0) {
      return this.#finish({ kind: 'failed', problem: problem('invalid', undefined, { errors: issues }) }, 'failed');
    }
    const { path, own } = this.#options;
    const next = nextSave({
      path,
      own,
      edit: this.#edit,
      mine: parsed.value as Body,
      record: this.#record,
      newId: this.#newId,
    });
    switch (next.kind) {
      case 'send':
        return this.#deliver(next.sent);
      case 'ask':
        return this.decide() ? 'choosing' : this.state.kind;
      case 'agreed':
        return this.#agreed();
    }
  }

  /**
   * Whether a save without an answer is not to be sent again: what it said has been typed over since, and it is there
   * already, or never arrived. Sent again, it would publish what its author has taken back.
   */
  async #isSettled(sent: Sent): Promise<boolean> {
    const [record, { base }] = [this.#record, this.#edit];
    if (!record || !base || !isTypedOver(this.resource, sent, this.#edit)) return false;
    this.#finish({ kind: 'saving' }, 'saving');
    const became = await becameOf(this.#options, record, base, sent);
    this.#phase = { kind: 'open' };
    // Its echo may have come meanwhile.
    if (this.#delivery.sent !== sent) return true;
    if (became.kind === 'arrived') this.#saved(became.record, sent.mine);
    if (became.kind === 'never') this.#delivery.drop();
    return became.kind !== 'unknown';
  }

  async #deliver(sent: Sent): Promise<SaveResult> {
    if (!this.#record) this.#expect(this.#options.recordOf(this.#newId));
    const delivering = this.#delivery.send(sent, (why) => this.#again(why));
    // By now it is known as sent, and is kept as such before an answer can get lost.
    this.#finish({ kind: 'saving' }, 'saving');
    const delivered = await delivering;
    switch (delivered.kind) {
      case 'known':
        if (delivered.receipt) this.#receive(delivered.receipt);
        // What is unsaved was typed since.
        return this.state.kind === 'unsaved' ? 'saved' : this.state.kind;
      case 'saved':
        this.#receive(delivered.receipt);
        return this.#saved(delivered.record, sent.mine);
      case 'stale':
        return this.#stale(delivered.stale, sent);
      case 'gone':
        return this.#isOrphaned ? 'orphaned' : this.#finish({ kind: 'orphaned', by: null, at: '' }, 'orphaned');
      case 'refused':
        return this.#finish({ kind: 'failed', problem: delivered.problem }, 'failed');
      case 'unknown':
        if (this.#isOrphaned) return 'orphaned';
        return this.#finish({ kind: 'failed', problem: delivered.problem }, 'failed');
    }
  }

  /** The log was faster to tell that the record is gone, and tells by whom. */
  get #isOrphaned(): boolean {
    return this.#phase.kind === 'orphaned';
  }

  #again(why: WhyPassing): void {
    this.#finish({ kind: 'retrying', why }, 'retrying');
    this.#restIfTypedOver();
  }

  /** Sent again by itself, it would publish what its author has taken back. */
  #restIfTypedOver(): void {
    const { sent } = this.#delivery;
    if (this.#phase.kind === 'retrying' && sent && isTypedOver(this.resource, sent, this.#edit)) this.#delivery.rest();
  }

  /** It stays until it is dismissed, or another one takes its place: it must not go unread. */
  #receive(receipt: Receipt | null): void {
    this.#receipt = receipt ?? this.#receipt;
    this.#tell();
  }

  #saved(saved: StetRecord, mine: Readonly<Record<string, Value>>): SaveResult {
    this.#delivery.drop();
    this.#edit.saved(mine, baseOf(this.resource, saved));
    this.#asking.forget();
    // Who saved after us is still news.
    this.#others.settled(saved.version);
    this.#phase = this.isDirty ? { kind: 'open' } : { kind: 'saved', version: saved.version };
    if (!this.#record) this.#bind(this.#options.recordOf(saved.id));
    this.#record?.meet({ kind: 'saved', record: saved });
    this.#follow();
    this.#tell();
    return 'saved';
  }

  /** All that the person typed stands in the record already. */
  #agreed(): SaveResult {
    this.#edit.clear();
    this.#begin();
    this.#follow();
    this.#tell();
    return 'unchanged';
  }

  /** A stale answer is news of the record like any other; then it is a question. */
  #stale(stale: Stale, { ask }: Sent): SaveResult {
    this.#phase = { kind: 'open' };
    if (this.#record) meetRefusal(this.#record, this.#options.own, stale, ask.headers?.['if-match']);
    if (!isTombstone(stale.current as StetRecord)) this.#asking.ask(stale.current as StetRecord, stale.changes);
    this.#tell();
    return this.state.kind;
  }

  #met(met: Met): void {
    const record = this.#record as StetModel;
    if (this.#isEcho(met, record)) return;
    if (met.destroyed) return this.#destroyed(met);
    // What was gathered tells of versions that are no more.
    if (met.anew) this.#others.settled();
    if (this.#phase.kind === 'orphaned') this.#phase = { kind: 'open' };
    if (met.from > 0 && met.whose !== 'own') this.#others.met(met, (name) => this.#edit.has(name));
    if (this.#asking.isOpen) {
      if (met.anew) this.#asking.close();
      const fields = met.fields.map(({ name }) => name);
      const news = met.by ? [{ version: met.to, by: met.by, at: met.at, fields }] : [];
      this.#asking.ask(record.toJSON() as StetRecord, news);
    }
    this.#follow();
    this.#tell();
  }

  #destroyed({ by, at, whose }: Pick<Met, 'by' | 'at' | 'whose'>): void {
    this.#asking.close();
    if (whose !== 'own' || this.isDirty) this.#phase = { kind: 'orphaned', by, at };
    this.#delivery.rest();
    this.#tell();
  }

  /** The own save, told by the log: before its answer, or where that was lost. */
  #isEcho(met: Met, record: StetModel): boolean {
    const sent = record.server.kind === 'live' ? this.#delivery.take(met) : null;
    if (!sent) return false;
    this.#saved(record.toJSON() as StetRecord, sent.mine);
    if (met.how?.combined && sent.lost) void this.#delivery.receiptOf(sent).then((receipt) => this.#receive(receipt));
    return true;
  }

  /** What happened to the record since the edit was begun: the banner says it, and what doesn't combine is asked. */
  async #catchUp(): Promise<void> {
    const record = this.#record;
    const { sent } = this.#delivery;
    const { recordOf } = this.#options;
    const { arrived, between } = await whileAway(this.#options, record ?? recordOf(this.#newId), this.#edit.base, sent);
    // The save whose answer was lost is there: what it brought is saved.
    if (arrived && sent && this.#delivery.sent === sent) this.#saved(arrived, sent.mine);
    const last = between.at(-1);
    if (this.#phase.kind === 'orphaned' && last?.action === 'destroy') this.#destroyed({ ...last, whose: 'other' });
    const started = this.#edit.base;
    if (record?.server.kind !== 'live' || !this.isDirty || !started) return this.#tell();
    this.#others.wereHere({
      resource: this.resource,
      base: started.body,
      now: record.server.body,
      between: between.filter(({ version }) => version > started.version),
      whose: (by) => this.#options.own.whose(by),
      isTouched: (name) => this.#edit.has(name),
    });
    if (!this.decide()) this.#tell();
  }

  /** Untouched fields show what the record holds (C2); touched ones are the person's (C1). */
  #follow(): void {
    const server = this.#record?.server;
    if (server?.kind !== 'live') return;
    // The base moves on only with nothing typed: a typed value keeps what it started from.
    if (!this.isDirty && !this.#asking.isOpen) {
      this.#edit.base = { version: server.version, etag: server.etag, body: server.body };
    }
    this.#show();
  }

  #show(): void {
    const server = this.#record?.server;
    const record = server?.kind === 'live' ? server.body : (this.#edit.base?.body ?? emptyBody(this.resource));
    const names = Object.keys(this.resource.fields);
    const shown = (name: string) => (this.#edit.has(name) ? this.#edit.value(name) : record[name]) ?? null;
    this.set(Object.fromEntries(names.map((name) => [name, shown(name)])));
  }

  #touch(name: string, value: Value): void {
    const server = this.#record?.server;
    this.#edit.write(name, value, server?.kind === 'live' ? (server.body[name] ?? null) : undefined);
  }

  #untouch(name: string): void {
    this.#edit.end(name);
    this.#follow();
  }

  #hasMovedOn(name: string): boolean {
    const server = this.#record?.server;
    return server?.kind === 'live' && !equal(server.body[name], this.#edit.origin(name));
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

  #begin(): void {
    this.#asking.forget();
    this.#others.settled();
    this.#receipt = null;
    this.#phase = { kind: 'open' };
  }

  #finish<T extends SaveResult>(phase: Phase, result: T): T {
    this.#phase = phase;
    this.#tell();
    return result;
  }

  #kept(): KeptDraft {
    const { own, workspace } = this.#options;
    const { sent } = this.#delivery;
    return {
      form: 1,
      id: this.#keeping.id,
      user: own.user.id,
      workspace,
      resource: this.resource.name,
      record: (this.#record?.id as string | undefined) ?? null,
      newId: this.#newId,
      title: String(this.get(this.resource.title) ?? ''),
      ...this.#edit.kept(),
      chosen: this.#asking.chosen,
      ...(sent ? { sent: { key: sent.key, ask: sent.ask, mine: sent.mine } } : {}),
      parked: false,
    };
  }

  #tell(): void {
    this.#keeping.keep(this.isDirty ? this.#kept() : null);
    this.trigger('state', this);
  }
}
