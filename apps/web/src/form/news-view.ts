import type { Draft, SaveResult, Stet } from '@stet/client';
import type { Author, Receipt } from '@stet/protocol';
import { html, nothing, type TemplateResult } from 'lit-html';
import { bannerTemplate } from './banner.js';
import { choiceTemplate } from './choice/choice-view.js';
import { readText } from './field-text.js';
import { metaTemplate } from './header.js';
import { orphanTemplate } from './orphan.js';
import { receiptTemplate } from './receipt.js';
import { type Parts, readParts } from './receipt-parts.js';
import { undoneWords } from './receipt-words.js';
import { type Surface, surfaceOf } from './surface.js';
import type { Naming } from './words.js';

export interface NewsOptions {
  stet: Stet;
  draft: Draft;
  /** The form that it stands in. */
  form: Element;
  canWrite: boolean;
  prefix: string;
  /** How people are called while an edit is under way, and in what is settled: there it does not matter in which tab. */
  nameOf: Naming;
  makerOf: Naming;
  /** Who made the version that is shown. */
  author(): string | null;
  isRestored(version: number): boolean;
  /** Something is to be drawn anew. */
  changed(): void;
  /** A save was asked for here. */
  saved(result: SaveResult): void;
  onDecided(): void;
  /** The person is asked before their text is thrown away. */
  onDiscard(): void;
  onClose(): void;
}

/** The place above the fields: one surface, and what can be done on it. */
export class NewsView {
  readonly #options: NewsOptions;
  #isWhole = false;
  #parts: { of: Receipt; parts: Parts } | null = null;
  /** The receipt whose undo was refused for good. */
  #refused: Receipt | null = null;
  #told: string | null = null;
  #notParked: string | null = null;
  #busy = false;
  /** By whom the record was destroyed: it is told as long as it is gone. */
  #destroyed: { by: Author | null; at: string } = { by: null, at: '' };

  constructor(options: NewsOptions) {
    this.#options = options;
  }

  /** Something that was asked for here is under way. */
  get isBusy(): boolean {
    return this.#busy;
  }

  /** The person goes on: what they asked for before has been read. */
  goOn(): void {
    this.#told = null;
    this.#notParked = null;
  }

  template(now: number): TemplateResult {
    const surface = this.#surface();
    const { draft, author, canWrite } = this.#options;
    return html`<div class="stet-news stet-news-${surface.kind}">
      <div role="status" aria-atomic="false" class="stet-news-said">${this.#said(surface, now)}</div>
      ${surface.kind === 'choice' ? this.#choice(surface, now) : nothing}
      ${surface.kind === 'calm' ? metaTemplate(draft, author(), now, canWrite) : nothing}
    </div>`;
  }

  #surface(): Surface {
    const { draft } = this.#options;
    const { state, receipt, overtaken, record } = draft;
    if (state.kind === 'orphaned') this.#destroyed = state;
    return surfaceOf({ isGone: record?.server.kind === 'destroyed', state, receipt, overtaken, told: this.#told });
  }

  #said(surface: Surface, now: number): TemplateResult | typeof nothing {
    switch (surface.kind) {
      case 'orphan':
        return this.#orphan(now);
      case 'receipt':
        return this.#receipt(surface);
      case 'banner':
        return this.#banner(surface, now);
      case 'choice':
      case 'calm':
        return nothing;
    }
  }

  #orphan(now: number): TemplateResult {
    const { draft, nameOf, canWrite, onDiscard, onClose, saved } = this.#options;
    return orphanTemplate({
      ...this.#destroyed,
      one: draft.resource.label.one,
      nameOf,
      isDirty: draft.isDirty,
      canWrite,
      now,
      onRestore: () => this.#once(async () => saved(await draft.restoreWithMine())),
      onKeep: () => draft.keepAsNew(),
      onDiscard,
      onClose,
    });
  }

  #receipt({ receipt, told, meanwhile }: Extract<Surface, { kind: 'receipt' }>): TemplateResult {
    const { draft, nameOf, isRestored, canWrite } = this.#options;
    const parts = this.#parts?.of === receipt ? this.#parts.parts : null;
    return receiptTemplate({
      resource: draft.resource,
      receipt,
      told,
      meanwhile,
      parts,
      canUndo: canWrite && this.#refused !== receipt,
      nameOf,
      isRestored,
      onParts: () => (parts ? this.#close() : receipt && this.#open(receipt)),
      onUndo: () => receipt && this.#once(() => this.#undo(receipt)),
      onDismiss: () => {
        this.#told = null;
        draft.dismissReceipt();
      },
    });
  }

  #open(receipt: Receipt): void {
    const { stet, draft, changed } = this.#options;
    const { record, resource } = draft;
    if (!record) return;
    const opened: { of: Receipt; parts: Parts } = { of: receipt, parts: { kind: 'loading' } };
    this.#parts = opened;
    void readParts(resource, receipt, (version) => stet.version(record, version)).then((parts) => {
      opened.parts = parts;
      changed();
    });
    changed();
  }

  #close(): void {
    this.#parts = null;
    this.#options.changed();
  }

  async #undo(receipt: Receipt): Promise<void> {
    const { draft, makerOf } = this.#options;
    const { resource } = draft;
    const outcome = await draft.undoReceipt();
    const typed = Object.keys(resource.fields).filter((name) => draft.isTouched(name));
    if (outcome.kind === 'stale') this.#refused = receipt;
    this.#told = undoneWords({ resource, nameOf: makerOf, typed }, receipt, outcome);
  }

  #banner({ overtaken }: Extract<Surface, { kind: 'banner' }>, now: number): TemplateResult {
    const { draft, nameOf, canWrite, isRestored, changed, onDecided } = this.#options;
    return bannerTemplate({
      draft,
      overtaken,
      canWrite,
      now,
      nameOf,
      isRestored,
      isWhole: this.#isWhole,
      onWhole: () => {
        this.#isWhole = !this.#isWhole;
        changed();
      },
      onDecide: () => {
        if (draft.decide()) onDecided();
      },
      onDismiss: () => {
        this.#isWhole = false;
        draft.dismiss();
      },
    });
  }

  #choice({ choice }: Extract<Surface, { kind: 'choice' }>, now: number): TemplateResult {
    const { draft, nameOf, prefix, saved, onDiscard } = this.#options;
    const { resource } = draft;
    return choiceTemplate({
      resource,
      choice,
      now,
      nameOf,
      prefix,
      notParked: this.#notParked,
      onChoose: (name, side) => (side === 'edited' ? this.#chooseEdited(name) : draft.choose(name, side)),
      onCombine: ({ name }, value) => draft.combine(name, value),
      onSettleFor: (side) => this.#once(async () => saved(await draft.settleFor(side))),
      onSettle: () => this.settle(),
      onPark: () => this.#once(() => this.#park()),
      onKeepAsNew: () => draft.keepAsNew(),
      onDiscard,
    });
  }

  /** Saves what was chosen; nothing where something is still open. */
  settle(): void {
    const { draft, saved } = this.#options;
    const { state } = draft;
    if (state.kind !== 'choosing' || state.choice.open > 0) return;
    this.#once(async () => saved(await draft.settle()));
  }

  /** What stands in the textarea is the answer, where there is one already. */
  #chooseEdited(name: string): void {
    const { draft, form } = this.#options;
    draft.choose(name, 'edited');
    const place = `.stet-choice [data-question~="${CSS.escape(name)}"] textarea`;
    for (const textarea of form.querySelectorAll<HTMLTextAreaElement>(place)) {
      const of = textarea.dataset.combine ?? '';
      const field = draft.resource.fields[of];
      if (field) draft.combine(of, readText(field, textarea.value));
    }
  }

  async #park(): Promise<void> {
    const { draft } = this.#options;
    const { one } = draft.resource.label;
    const isParked = await draft.park();
    this.#notParked = isParked ? null : `this device does not keep it${draft.notKept ? `: ${draft.notKept}` : ''}.`;
    if (isParked)
      this.#told = `What you typed is put aside, among your drafts on this device. The ${one} is as others saved it.`;
  }

  /** One thing at a time: what is pressed twice is done once. */
  #once(work: () => Promise<void>): void {
    if (this.#busy) return;
    this.#busy = true;
    this.goOn();
    this.#options.changed();
    void work().finally(() => {
      this.#busy = false;
      this.#options.changed();
    });
  }
}
