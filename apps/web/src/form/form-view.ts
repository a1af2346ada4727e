import type { Draft, Met, SaveResult, Stet } from '@stet/client';
import type { InputIssue } from '@stet/protocol';
import Backbone from 'backbone';
import { html, render, type TemplateResult } from 'lit-html';
import { HistoryView } from '../history/history-view.js';
import { FormPresence } from '../presence/form-presence.js';
import { DeleteAsked } from './delete-asked.js';
import type { Control } from './field-input.js';
import { fieldsTemplate } from './fields.js';
import { headerTemplate } from './header.js';
import { Inputs } from './inputs.js';
import { keysOf } from './keys.js';
import { NewsView } from './news-view.js';
import { type Asking, saveBarTemplate } from './save-bar.js';
import { saveWords } from './save-words.js';
import { steadily } from './steady.js';
import { Whereabouts } from './whereabouts.js';
import { issuesByField, type Naming, who } from './words.js';

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
 * (inputs.ts), and what is drawn around them does not move them (steady.ts).
 */
export class FormView extends Backbone.View {
  readonly #options: FormOptions;
  readonly #inputs = new Inputs();
  readonly #at: Whereabouts;
  readonly #news: NewsView;
  readonly #history: HistoryView;
  readonly #deletion: DeleteAsked;
  readonly #presence: FormPresence;
  readonly #nameOf: Naming = (by) => who(by, by ? this.#options.stet.whose(by) : 'other');
  /** Of what is settled: here it does not matter in which tab. */
  readonly #makerOf: Naming = (by) => (by && this.#options.stet.whose(by) !== 'other' ? 'you' : who(by));
  #issues = new Map<string, string>();
  #asking: 'nothing' | 'discard' | 'delete' = 'nothing';
  /** Who made the version that is shown. */
  #author: string | null = null;
  #isDue = false;
  /** The cursor was put where it is by the page: who opens a record does not edit it yet. */
  #isPlaced = false;
  #isRemoved = false;
  #clock: ReturnType<typeof setInterval> | undefined;
  #undo = new AbortController();

  constructor(options: FormOptions) {
    super({ className: 'stet-form', tagName: 'section' });
    this.#options = options;
    this.#at = new Whereabouts(this.el, this.#inputs);
    // A form that is opened again says again why its draft was refused.
    this.#issues = this.#faults();
    const changed = () => this.#later();
    const { stet, draft, canWrite, isRestored, onClose } = options;
    const [prefix, nameOf, makerOf] = [this.cid, this.#nameOf, this.#makerOf];
    this.#history = new HistoryView({
      stet,
      record: () => draft.record,
      canWrite,
      prefix,
      nameOf: makerOf,
      typed: () => this.#touched(),
      steady: (draw) => steadily(this.el.querySelector('.stet-scroll'), draw),
      onClosed: () => this.#historyClosed(),
    });
    this.#news = new NewsView({
      stet,
      draft,
      form: this.el,
      canWrite,
      prefix,
      nameOf,
      makerOf,
      author: () => this.#author,
      isRestored,
      changed,
      saved: (result) => this.#saved(result),
      onDecided: () => this.#asked(),
      onDiscard: () => this.#ask('discard'),
      onClose,
    });
    this.#deletion = new DeleteAsked(stet, draft, nameOf, changed);
    const focused = () =>
      canWrite && !this.#isPlaced ? this.#inputs.nameOf(this.el.ownerDocument.activeElement) : null;
    this.#presence = new FormPresence({ stet, draft, focused, changed });
  }

  override render(): this {
    this.el.setAttribute('aria-labelledby', `${this.cid}-heading`);
    this.#draw();
    this.#inputs.begin(this.el, this.#options.draft);
    this.#listen();
    requestAnimationFrame(() => this.#inputs.fit());
    void this.#learnAuthor();
    return this;
  }

  override remove(): this {
    this.#isRemoved = true;
    this.#undo.abort();
    clearInterval(this.#clock);
    this.#presence.stop();
    this.#deletion.leave();
    this.#inputs.remove();
    this.#history.remove();
    return super.remove();
  }

  focusFirst(): void {
    this.#at.first();
    this.#isPlaced = true;
    this.#presence.look();
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
    this.el.addEventListener('focusin', (event) => this.#went(event), { signal });
    for (const act of ['pointerdown', 'keydown', 'input']) {
      this.el.addEventListener(act, () => this.#acts(), { signal, passive: true });
    }
    this.el.addEventListener('focusout', () => requestAnimationFrame(() => this.#left()), { signal });
  }

  /** The save of Ctrl+S and of the button. Where it becomes a question or a refusal, the person is taken there. */
  async save(): Promise<void> {
    const { draft, canWrite, onCreated } = this.#options;
    if (!canWrite) return;
    if (this.#isGone) return void this.#at.to('.stet-news button');
    if (draft.state.kind === 'choosing') return this.#saveChoice();
    this.#inputs.take();
    this.#news.goOn();
    const isNew = draft.record === null;
    this.#saved(await draft.submit());
    const { record } = draft;
    if (!isNew || !record || this.#isRemoved) return;
    this.listenTo(record, 'met', (met: Met) => this.#met(met));
    this.#author = 'you';
    onCreated(record.id as string);
  }

  #saveChoice(): void {
    const { state } = this.#options.draft;
    if (state.kind !== 'choosing') return;
    if (state.choice.open === 0) return this.#news.settle();
    const [first] = state.choice.questions.filter(({ side }) => side === null);
    this.#at.to(`[data-question~="${CSS.escape(first?.name ?? '')}"] input`);
  }

  #saved(result: SaveResult): void {
    if (this.#isRemoved) return;
    const { resource } = this.#options.draft;
    this.#issues = this.#faults();
    this.#asking = 'nothing';
    this.#draw();
    if (result === 'choosing') this.#at.to('.stet-choice-heading');
    const [first] = Object.keys(resource.fields).filter((name) => this.#issues.has(name));
    if (first) this.#at.toField(first);
  }

  #faults(): Map<string, string> {
    const { state, resource } = this.#options.draft;
    const errors: InputIssue[] = state.kind === 'failed' ? (state.problem.errors ?? []) : [];
    return issuesByField(resource, errors);
  }

  #asked(): void {
    this.#draw();
    this.#at.to('.stet-choice-heading');
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
    this.#at.to('[data-ask=cancel]');
  }

  #cancel(): void {
    this.#asking = 'nothing';
    this.#deletion.leave();
    this.#draw();
    this.#at.back();
  }

  #discard(): void {
    const { draft, onDestroyed } = this.#options;
    this.#issues.clear();
    this.#asking = 'nothing';
    draft.discard();
    if (draft.record?.server.kind === 'destroyed') return onDestroyed();
    this.#draw();
    this.#at.back();
  }

  async #delete(): Promise<void> {
    const { draft, onDestroyed } = this.#options;
    if (!(await this.#deletion.confirm())) {
      if (!this.#isRemoved) this.#at.to('[data-ask=cancel]');
      return;
    }
    draft.discard();
    if (!this.#isRemoved) onDestroyed();
  }

  #historyClosed(): void {
    this.#draw();
    this.#at.to('.stet-head button');
  }

  #went(event: FocusEvent): void {
    this.#at.went(event);
    this.#isPlaced = false;
    this.#presence.look();
  }

  #acts(): void {
    if (!this.#isPlaced) return;
    this.#isPlaced = false;
    this.#presence.look();
  }

  #left(): void {
    if (this.#isRemoved) return;
    this.#presence.look();
    this.#fitIfLeft();
  }

  /** Textareas grow with what others save only while nobody is in the form: nothing moves under the caret. */
  #fitIfLeft(): void {
    if (this.#at.isAway) this.#inputs.fit();
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
    const draw = () => {
      render(this.#template(), this.el as HTMLElement);
      this.#history.render();
      this.#inputs.show();
    };
    const [news, scroll] = ['.stet-news', '.stet-scroll'].map((each) => this.el.querySelector<HTMLElement>(each));
    this.#at.around('.stet-news', () => steadily(scroll ?? null, () => steadily(news ?? null, draw)));
    this.#presence.look();
    this.#fitIfLeft();
  }

  #template(): TemplateResult {
    const { draft, canWrite } = this.#options;
    const { record } = draft;
    const there = this.#presence.shown;
    const head = {
      draft,
      there,
      prefix: this.cid,
      history: this.#history.isOpen,
      onHistory: () => {
        this.#history.toggle();
        this.#draw();
      },
    };
    const isShut = record?.server.kind === 'unknown' || (this.#isGone && !draft.isDirty);
    const readonly = !canWrite || isShut;
    const fields = {
      draft,
      there: there.people,
      nameOf: this.#nameOf,
      prefix: this.cid,
      readonly,
      issues: this.#issues,
    };
    return html`
      ${headerTemplate(head)}
      ${this.#news.template(Date.now())}
      ${this.#history.el}
      <div class="stet-scroll">${fieldsTemplate(fields)}</div>
      ${this.#bar()}
    `;
  }

  get #isGone(): boolean {
    return this.#options.draft.record?.server.kind === 'destroyed';
  }

  #touched(): string[] {
    const { draft } = this.#options;
    return Object.keys(draft.resource.fields).filter((name) => draft.isTouched(name));
  }

  #bar(): TemplateResult {
    const { draft, canWrite, onClose } = this.#options;
    const { state, resource, isDirty, isKept, notKept, receipt, record } = draft;
    const isGone = this.#isGone;
    const isNew = record === null;
    const newest = record && record.server.kind !== 'unknown' ? record.server.version : null;
    const [touched, nameOf] = [this.#touched(), this.#nameOf];
    const asking: Asking = this.#asking === 'delete' ? this.#deletion.asking : { kind: this.#asking };
    return saveBarTemplate({
      resource,
      state,
      words: saveWords({ resource, state, touched, notKept, receipt, nameOf, isNew, newest, isGone, canWrite }),
      asking: isGone && asking.kind === 'delete' ? { kind: 'nothing' } : asking,
      isDirty,
      canKeep: notKept === null,
      isKept,
      isBusy: state.kind === 'saving' || state.kind === 'retrying' || this.#deletion.isBusy || this.#news.isBusy,
      isNew,
      canSave: canWrite && !isGone,
      canDiscard: !isGone && (canWrite || isDirty),
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
