import { type Draft, detailOf, type Listed, type StetModel } from '@stet/client';
import { problemName } from '@stet/protocol';
import Backbone from 'backbone';
import { html, nothing, render, type TemplateResult } from 'lit-html';
import { announce } from '../announce.js';
import { BesideForm } from '../drafts/beside.js';
import { DraftsView } from '../drafts/drafts-view.js';
import { FormView } from '../form/form-view.js';
import { who } from '../form/words.js';
import { GoneView } from '../history/gone-view.js';
import { isTyping } from '../keys.js';
import type { OpenWorkspace } from '../workspace.js';

// The right side: the form of one record, or a calm word where there is none.

export type Shown = { kind: 'nothing' } | { kind: 'record'; id: string } | { kind: 'new' } | { kind: 'drafts' };

export interface RecordPaneOptions {
  workspace: OpenWorkspace;
  listHref(): string;
  onClose(): void;
  onCreated(id: string): void;
  onKept(): void;
  /** The person goes on with one of their drafts. */
  onTakenUp(draft: Draft): void;
  /** A draft's state has moved: rows show whether something is unsaved. */
  onDraft(): void;
}

type Body =
  | { kind: 'form'; form: FormView; draft: Draft }
  /** Of a record that was deleted. */
  | { kind: 'gone'; gone: GoneView }
  | { kind: 'drafts'; drafts: DraftsView }
  | { kind: 'note'; text: TemplateResult | string };

export class RecordPane extends Backbone.View {
  readonly #options: RecordPaneOptions;
  #shown: Shown = { kind: 'nothing' };
  #body: Body = { kind: 'note', text: '' };
  #isLoading = false;
  /** Each showing has its number: a record that comes late is not shown over a later one. */
  #show = 0;
  /** Until something else is shown. */
  #until = new AbortController();
  readonly #beside: BesideForm;
  readonly #undo: () => void;

  constructor(options: RecordPaneOptions) {
    super({ className: 'pane', attributes: { id: 'record', tabindex: '-1' } });
    this.#options = options;
    this.#beside = new BesideForm(options.workspace);
    this.#undo = options.workspace.shelf.subscribe(() => this.#render());
    this.#note(this.#hints());
  }

  override remove(): this {
    this.#undo();
    this.#until.abort();
    this.#unmount();
    return super.remove();
  }

  get isWriting(): boolean {
    const { activeElement } = document;
    const isHere = this.#body.kind === 'form' && this.#body.form.el.contains(activeElement);
    return isHere && isTyping(activeElement) && !activeElement?.matches('[readonly], :disabled');
  }

  get title(): string | null {
    if (this.#body.kind === 'drafts') return 'My drafts';
    if (this.#body.kind !== 'form') return null;
    if (this.#shown.kind === 'new') return `New ${this.#label.one}`;
    const { resource } = this.#options.workspace;
    return String(this.#body.draft.record?.get(resource.title) ?? '') || null;
  }

  async show(shown: Shown, { focus }: { focus: boolean }): Promise<void> {
    if (sameShown(shown, this.#shown) && this.#body.kind === 'form') return;
    this.#shown = shown;
    this.#show += 1;
    this.#until.abort();
    this.#until = new AbortController();
    if (shown.kind === 'nothing') this.#note(this.#hints());
    else if (shown.kind === 'drafts') this.#showDrafts();
    else if (shown.kind === 'new') await this.#showNew(this.#show);
    else await this.#showRecord(shown.id, this.#show);
    if (focus) this.focusFirst();
  }

  /** The same form, now of another record: one that exists by now, or does not any more. */
  settle(shown: Shown): void {
    this.#shown = shown;
  }

  focusFirst(): void {
    if (this.#body.kind === 'drafts') this.#body.drafts.focusFirst();
    else if (this.#body.kind === 'form' && matchMedia('(min-width: 1000px)').matches) this.#body.form.focusFirst();
    else this.el.focus();
  }

  /** Who may not add any is told so; what was typed while they might is still shown. */
  async #showNew(mine: number): Promise<void> {
    const { workspace } = this.#options;
    const before = await workspace.stet.drafts.list();
    const draft = await workspace.stet.drafts.openNew(workspace.resource);
    if (mine !== this.#show) return;
    if (workspace.canWrite || draft.isDirty) this.#open(draft, before);
    // Its first save had arrived before the page was closed.
    if (draft.record) return this.#options.onCreated(draft.record.id as string);
    if (workspace.canWrite || draft.isDirty) return;
    const { membership } = workspace;
    this.#note(
      html`<p>Your role here is ${membership.role}: you can read the ${this.#label.many} of ${membership.name}, and not add any.</p>
        <p>Editors and managers can.</p>`,
    );
  }

  async #showRecord(id: string, mine: number): Promise<void> {
    const { workspace } = this.#options;
    const model = workspace.stet.record(workspace.resource, id);
    if (model.server.kind === 'unknown') {
      this.#loading(true);
      const answer = await workspace.stet.load(model, { until: this.#until.signal });
      if (mine !== this.#show) return;
      this.#loading(false);
      if (answer.kind === 'unreachable') return this.#failed(detailOf(answer));
      if (answer.kind === 'refused' && problemName(answer.problem) === 'not-found') {
        return this.#note(`There is no such ${this.#label.one}.`);
      }
      if (answer.kind === 'refused' && problemName(answer.problem) !== 'gone') {
        return this.#failed(detailOf(answer));
      }
    }
    const before = await workspace.stet.drafts.list();
    const draft = await workspace.stet.drafts.open(model);
    if (mine !== this.#show) return;
    // What was typed into a destroyed record is still here, and the form says so.
    const isKept = draft.isDirty && draft.record === model;
    if (model.server.kind === 'destroyed' && !isKept) return this.#openGone(model);
    this.#open(draft, before);
  }

  #showDrafts(): void {
    this.#unmount();
    const { workspace, onTakenUp } = this.#options;
    const drafts = new DraftsView({ workspace, onOpen: onTakenUp });
    this.#body = { kind: 'drafts', drafts };
    this.#render();
    drafts.render();
  }

  #failed(detail: string): void {
    const again = () => void this.show(this.#shown, { focus: true });
    this.#note(html`${detail} <button type="button" class="btn btn-link" @click=${again}>Try again</button>`);
  }

  /** `before`: my drafts before this one was opened. */
  #open(draft: Draft, before: readonly Listed[]): void {
    this.#unmount();
    this.#beside.opened(draft, before);
    const { workspace, onClose, onCreated, onKept, onDraft } = this.#options;
    const form = new FormView({
      stet: workspace.stet,
      draft,
      canWrite: workspace.canWrite,
      isRestored: (version) => workspace.isRestored(String(draft.record?.id), version),
      onClose,
      onCreated,
      onDestroyed: () => {
        announce(`The ${this.#label.one} is deleted`);
        onClose();
      },
    });
    this.listenTo(draft, 'state', () => {
      // The text of a record that was destroyed was kept as a new one.
      if (this.#shown.kind === 'record' && draft.record === null) onKept();
      this.#render();
      onDraft();
    });
    this.#body = { kind: 'form', form, draft };
    this.#render();
    form.render();
  }

  #openGone(record: StetModel): void {
    this.#unmount();
    const { stet, canWrite } = this.#options.workspace;
    const gone = new GoneView({
      stet,
      record,
      canWrite,
      nameOf: (by) => (by && stet.whose(by) !== 'other' ? 'you' : who(by)),
      onBack: () => {
        announce(`The ${this.#label.one} is back`);
        void this.show(this.#shown, { focus: true });
      },
    });
    this.#body = { kind: 'gone', gone };
    this.#render();
    gone.render();
  }

  #note(text: TemplateResult | string): void {
    this.#unmount();
    this.#body = { kind: 'note', text };
    this.#render();
  }

  #unmount(): void {
    this.#beside.closed();
    if (this.#body.kind === 'gone') this.#body.gone.remove();
    if (this.#body.kind === 'drafts') this.#body.drafts.remove();
    if (this.#body.kind !== 'form') return;
    this.stopListening(this.#body.draft);
    this.#body.form.remove();
  }

  #loading(isLoading: boolean): void {
    this.#isLoading = isLoading;
    this.#render();
  }

  #render(): void {
    const body = this.#body;
    render(
      html`<div class="progress-line${this.#isLoading ? ' is-loading' : ''}" aria-hidden="true"></div>
        <a class="back" href=${this.#options.listHref()} data-way="back">‹ All ${this.#label.many}</a>
        <div class="pane-body">${contentOf(body)}</div>
        ${this.#beside.template()}`,
      this.el,
    );
  }

  #hints(): TemplateResult {
    const { one } = this.#label;
    return html`<p>Choose a ${one} to read or edit it.</p>
      <ul class="hints">
        <li><kbd>↑</kbd> <kbd>↓</kbd> through the list</li>
        <li><kbd>Enter</kbd> opens</li>
        <li><kbd>/</kbd> finds</li>
        ${this.#options.workspace.canWrite ? html`<li><kbd>n</kbd> new ${one}</li>` : nothing}
      </ul>`;
  }

  get #label() {
    return this.#options.workspace.resource.label;
  }
}

function contentOf(body: Body): Element | TemplateResult {
  switch (body.kind) {
    case 'form':
      return body.form.el;
    case 'gone':
      return body.gone.el;
    case 'drafts':
      return body.drafts.el;
    case 'note':
      return html`<div class="pane-note">${body.text || nothing}</div>`;
  }
}

const sameShown = (a: Shown, b: Shown): boolean =>
  a.kind === b.kind && (a.kind !== 'record' || (b.kind === 'record' && a.id === b.id));
