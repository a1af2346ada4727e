import type { Draft, Met, SaveResult, Stet } from '@stet/client';
import type { InputIssue } from '@stet/protocol';
import Backbone from 'backbone';
import { html, nothing, render, type TemplateResult } from 'lit-html';
import { HistoryView } from '../history/history-view.js';
import { bannerTemplate } from './banner.js';
import { choiceTemplate } from './choice-view.js';
import { DeleteAsked } from './delete-asked.js';
import { type Control, FieldInput } from './field-input.js';
import { fieldsTemplate } from './fields.js';
import { headerTemplate, metaTemplate } from './header.js';
import { keysOf } from './keys.js';
import { orphanTemplate } from './orphan.js';
import { type Asking, saveBarTemplate } from './save-bar.js';
import { steadily } from './steady.js';
import { issuesByField, type Naming, saveWords, who } from './words.js';

export interface FormOptions {
  stet: Stet;
  draft: Draft;
  canWrite: boolean;
  /** Whether a version brought the record back after it was deleted. */
  isRestored(version: number): boolean;
  onClose(): void;
  /** The first save of a new record has made it. */
  onCreated(id: string): void;
  /** The record is gone, and nothing of the person's is left here. */
  onDestroyed(): void;
}

const clockEvery = 30_000;

/**
 * The form of one record. It draws itself anew with each move of the draft; the inputs are no part of that drawing
 * (field-input.ts), and what is drawn around them does not move them (steady.ts).
 */
export class FormView extends Backbone.View {
  readonly #options: FormOptions;
  readonly #history: HistoryView;
  readonly #deletion: DeleteAsked;
  /** Of what is settled: here it does not matter in which tab. */
  readonly #makerOf: Naming = (by) => (by && this.#options.stet.whose(by) !== 'other' ? 'you' : who(by));
  #inputs = new Map<string, FieldInput>();
  #issues = new Map<string, string>();
  #asking: 'nothing' | 'discard' | 'delete' = 'nothing';
  #isWhole = false;
  /** Who made the version that is shown. */
  #author: string | null = null;
  readonly #nameOf: Naming = (by) => who(by, by ? this.#options.stet.whose(by) : 'other');
  #lastFocused: string | null = null;
  #isDue = false;
  #isRemoved = false;
  #clock: ReturnType<typeof setInterval> | undefined;
  #undo = new AbortController();

  constructor(options: FormOptions) {
    super({ className: 'stet-form', tagName: 'section' });
    this.#options = options;
    // A form that is opened again says again why its draft was refused.
    this.#issues = this.#faults();
    const changed = () => this.#later();
    const { stet, draft, canWrite } = options;
    this.#history = new HistoryView({
      stet,
      record: () => draft.record,
      canWrite,
      prefix: this.cid,
      nameOf: this.#makerOf,
      typed: () => Object.keys(draft.resource.fields).filter((name) => draft.isTouched(name)),
      steady: (draw) => steadily(this.el.querySelector('.stet-scroll'), draw),
      onClosed: () => this.#historyClosed(),
    });
    this.#deletion = new DeleteAsked(options.stet, options.draft, this.#nameOf, changed);
  }

  override render(): this {
    const { draft } = this.#options;
    this.el.setAttribute('aria-labelledby', `${this.cid}-heading`);
    this.#draw();
    for (const [name, field] of Object.entries(draft.resource.fields)) {
      const control = this.el.querySelector<Control>(`.stet-fields [name="${CSS.escape(name)}"]`);
      if (control) this.#inputs.set(name, new FieldInput(draft, name, field, control));
    }
    this.#listen();
    requestAnimationFrame(() => this.#fit());
    void this.#learnAuthor();
    return this;
  }

  override remove(): this {
    this.#isRemoved = true;
    this.#undo.abort();
    clearInterval(this.#clock);
    for (const input of this.#inputs.values()) input.remove();
    this.#history.remove();
    return super.remove();
  }

  focusFirst(): void {
    [...this.#inputs.values()][0]?.control.focus();
  }

  #listen(): void {
    const { draft } = this.#options;
    const { signal } = this.#undo;
    this.listenTo(draft, 'state change', () => this.#later());
    const { record } = draft;
    if (record) this.listenTo(record, 'met', (met: Met) => this.#met(met));
    this.#clock = setInterval(() => this.#later(), clockEvery);
    const keys = { save: () => void this.save(), escape: () => this.#escape() };
    this.el.ownerDocument.addEventListener('keydown', keysOf(this.el, keys), { signal });
    this.el.addEventListener('input', (event) => this.#issues.delete((event.target as Control).name), { signal });
    this.el.addEventListener('focusin', (event) => this.#focused(event), { signal });
    this.el.addEventListener('focusout', () => requestAnimationFrame(() => this.#fitIfLeft()), { signal });
  }

  /** The save of Ctrl+S and of the button. Where it becomes a question or a refusal, the person is taken there. */
  async save(): Promise<void> {
    const { draft, canWrite } = this.#options;
    if (!canWrite) return;
    if (draft.state.kind === 'choosing') return this.#focus('.stet-choice-heading');
    for (const input of this.#inputs.values()) input.take();
    const isNew = draft.record === null;
    this.#saved(await draft.submit());
    const { record } = draft;
    if (!isNew || !record || this.#isRemoved) return;
    this.listenTo(record, 'met', (met: Met) => this.#met(met));
    this.#author = 'you';
    this.#options.onCreated(record.id as string);
  }

  #saved(result: SaveResult): void {
    if (this.#isRemoved) return;
    const { resource } = this.#options.draft;
    this.#issues = this.#faults();
    this.#asking = 'nothing';
    this.#draw();
    if (result === 'choosing') this.#focus('.stet-choice-heading');
    const [first] = Object.keys(resource.fields).filter((name) => this.#issues.has(name));
    if (first) this.#inputs.get(first)?.control.focus();
  }

  #faults(): Map<string, string> {
    const { state, resource } = this.#options.draft;
    const errors: InputIssue[] = state.kind === 'failed' ? (state.problem.errors ?? []) : [];
    return issuesByField(resource, errors);
  }

  /** A question was settled: the surface is gone, and the person is back where they were. */
  #settled(result: SaveResult): void {
    this.#saved(result);
    if (this.#isRemoved || result === 'choosing' || this.#issues.size > 0) return;
    this.#focusBack();
  }

  #met(met: Met): void {
    this.#author = met.whose === 'own' ? 'you' : this.#makerOf(met.by);
  }

  async #learnAuthor(): Promise<void> {
    const { record } = this.#options.draft;
    if (record?.server.kind !== 'live' || this.#author) return;
    const made = await this.#options.stet.version(record, record.server.version);
    if (made.kind !== 'ok' || this.#author) return;
    this.#author = this.#makerOf(made.version.by);
    this.#later();
  }

  #escape(): void {
    if (this.#asking !== 'nothing') this.#cancel();
    else this.#options.onClose();
  }

  #ask(asking: 'discard' | 'delete'): void {
    this.#asking = asking;
    if (asking === 'delete') this.#deletion.begin();
    this.#draw();
    this.#focus('[data-ask=cancel]');
  }

  #cancel(): void {
    this.#asking = 'nothing';
    this.#draw();
    this.#focusBack();
  }

  #discard(): void {
    const { draft, onDestroyed } = this.#options;
    this.#issues.clear();
    this.#asking = 'nothing';
    draft.discard();
    if (draft.record?.server.kind === 'destroyed') return onDestroyed();
    this.#draw();
    this.#focusBack();
  }

  async #delete(): Promise<void> {
    const { draft, onDestroyed } = this.#options;
    if (!(await this.#deletion.confirm())) return this.#focus('[data-ask=cancel]');
    draft.discard();
    if (!this.#isRemoved) onDestroyed();
  }

  #focused(event: FocusEvent): void {
    const { name } = event.target as Control;
    if (this.#inputs.has(name)) this.#lastFocused = name;
  }

  #focusBack(): void {
    const input = this.#lastFocused === null ? undefined : this.#inputs.get(this.#lastFocused);
    if (input) input.control.focus({ preventScroll: true });
    else this.focusFirst();
  }

  #historyClosed(): void {
    this.#draw();
    this.#focus('.stet-head button');
  }

  #focus(selector: string): void {
    if (!this.#isRemoved) this.el.querySelector<HTMLElement>(selector)?.focus();
  }

  #fit(): void {
    for (const input of this.#inputs.values()) input.fit();
  }

  /** Textareas grow with what others save only while nobody is in the form: nothing moves under the caret. */
  #fitIfLeft(): void {
    if (!this.#isRemoved && !this.el.contains(this.el.ownerDocument.activeElement)) this.#fit();
  }

  /** Several moves at once are drawn once. */
  #later(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      if (!this.#isRemoved) this.#draw();
    });
  }

  #draw(): void {
    steadily(this.el.querySelector('.stet-scroll'), () => {
      render(this.#template(), this.el as HTMLElement);
      this.#history.render();
      for (const input of this.#inputs.values()) input.show();
    });
    this.#fitIfLeft();
  }

  #template(): TemplateResult {
    const { draft, canWrite } = this.#options;
    const { state, record } = draft;
    const now = Date.now();
    const head = {
      draft,
      prefix: this.cid,
      history: this.#history.isOpen,
      onHistory: () => {
        this.#history.toggle();
        this.#draw();
      },
    };
    const isShut = record?.server.kind === 'unknown' || (this.#isGone && !draft.isDirty);
    const readonly = !canWrite || isShut;
    const fields = { draft, nameOf: this.#nameOf, prefix: this.cid, readonly, issues: this.#issues };
    return html`
      ${headerTemplate(head)}
      <div class="stet-news ${state.kind === 'choosing' ? 'stet-news-choice' : ''}">
        <div role="status" class="stet-news-said">${this.#news(now)}</div>
        ${this.#question()}
        ${this.#isCalm ? metaTemplate(draft, this.#author, now, canWrite) : nothing}
      </div>
      ${this.#history.el}
      <div class="stet-scroll">${fieldsTemplate(fields)}</div>
      ${this.#bar()}
    `;
  }

  get #isGone(): boolean {
    return this.#options.draft.record?.server.kind === 'destroyed';
  }

  get #isCalm(): boolean {
    const { draft } = this.#options;
    return draft.state.kind !== 'choosing' && !this.#isGone && draft.overtaken === null;
  }

  #news(now: number): TemplateResult | typeof nothing {
    const { draft, isRestored, onClose } = this.#options;
    const { state, overtaken, isDirty, resource } = draft;
    if (this.#isGone) {
      const { by, at } = state.kind === 'orphaned' ? state : { by: null, at: '' };
      const onKeep = () => this.#keepAsNew();
      const onDiscard = () => this.#discard();
      return orphanTemplate({
        by,
        at,
        one: resource.label.one,
        nameOf: this.#nameOf,
        isDirty,
        now,
        onKeep,
        onDiscard,
        onClose,
      });
    }
    if (state.kind === 'choosing' || overtaken === null) return nothing;
    return bannerTemplate({
      draft,
      overtaken,
      now,
      nameOf: this.#nameOf,
      isRestored,
      isWhole: this.#isWhole,
      onWhole: () => {
        this.#isWhole = !this.#isWhole;
        this.#draw();
      },
      onDismiss: () => {
        this.#isWhole = false;
        draft.dismiss();
        this.#focusBack();
      },
    });
  }

  #keepAsNew(): void {
    this.#options.draft.keepAsNew();
    this.#draw();
    this.#focusBack();
  }

  #question(): TemplateResult | typeof nothing {
    const { draft } = this.#options;
    const { state, resource } = draft;
    if (state.kind !== 'choosing') return nothing;
    return choiceTemplate({
      resource,
      choice: state.choice,
      nameOf: this.#nameOf,
      prefix: this.cid,
      onChoose: (name, side) => draft.choose(name, side),
      onSettleFor: (side) => void draft.settleFor(side).then((result) => this.#settled(result)),
      onSettle: () => void draft.settle().then((result) => this.#settled(result)),
    });
  }

  #bar(): TemplateResult {
    const { draft, canWrite, onClose } = this.#options;
    const { state, resource, isDirty, record } = draft;
    const isGone = this.#isGone;
    const touched = Object.keys(resource.fields).filter((name) => draft.isTouched(name));
    const isNew = record === null;
    const newest = record && record.server.kind !== 'unknown' ? record.server.version : null;
    const asking: Asking = this.#asking === 'delete' ? this.#deletion.asking : { kind: this.#asking };
    return saveBarTemplate({
      resource,
      state,
      words: saveWords({ resource, state, touched, isNew, newest, isGone }),
      asking: isGone ? { kind: 'nothing' } : asking,
      isDirty,
      isNew,
      canSave: canWrite && !isGone,
      canDelete: canWrite && record?.server.kind === 'live' && state.kind !== 'choosing',
      onSave: () => void this.save(),
      onAsk: (kind) => this.#ask(kind),
      onDiscard: () => this.#discard(),
      onDelete: () => void this.#delete(),
      onCancel: () => this.#cancel(),
      onClose,
    });
  }
}
