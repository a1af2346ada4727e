import type { Notice } from '@stet/protocol';
import Backbone from 'backbone';
import { html, nothing, render, type TemplateResult } from 'lit-html';
import { announce } from '../announce.js';
import { who } from '../form/words.js';
import { leftWords, restoredWords, type Telling } from '../history/outcome-words.js';
import type { OpenWorkspace } from '../workspace.js';
import { type Came, noticeTemplate } from './notice-template.js';
import { heardWords } from './words.js';

// What this person is told of: values of theirs that somebody knowingly replaced (M4). There is one surface; it shows
// one notice at a time, and never takes the focus.

export interface NoticesViewOptions {
  workspace: OpenWorkspace;
  hrefOf(id: string): string;
  /** Whole, it would lie over the form. */
  isCramped(): boolean;
  /** The last one is gone, and the keyboard was here. */
  onLeft(): void;
}

const tick = 30_000;

export class NoticesView extends Backbone.View {
  readonly #options: NoticesViewOptions;
  readonly #undo: () => void;
  readonly #clock: ReturnType<typeof setInterval>;
  /** Those that were announced, by their place in the log. */
  readonly #heard = new Set<number>();
  /** The one that is shown, and where it stood: when it goes, the next one has its place. */
  #shown: { notice: Notice; at: number } | null = null;
  #came: Came | null = null;
  /** Folded to one line, as the person or else the room says. */
  #folding: 'by room' | 'small' | 'whole' = 'by room';
  #isBusy = false;

  constructor(options: NoticesViewOptions) {
    super({
      tagName: 'section',
      className: 'notices',
      attributes: { 'aria-label': 'Notices', 'data-testid': 'notices' },
    });
    this.#options = options;
    this.#undo = options.workspace.stet.notices.subscribe(() => this.#changed());
    this.#clock = setInterval(() => this.render(), tick);
    this.#changed();
  }

  override remove(): this {
    this.#undo();
    clearInterval(this.#clock);
    return super.remove();
  }

  /** Elsewhere on the page there may be more room. */
  moved(): void {
    if (this.#folding === 'whole') this.#folding = 'by room';
    if (this.#came?.kind === 'done' && this.#options.isCramped()) this.#next();
    else this.render();
  }

  override render(): this {
    const shown = this.#shown;
    const isSmall = this.#folding === 'by room' ? this.#options.isCramped() : this.#folding === 'small';
    this.el.hidden = shown === null;
    this.el.classList.toggle('is-small', isSmall);
    render(shown === null ? nothing : isSmall ? this.#small() : this.#whole(shown.notice), this.el);
    return this;
  }

  #whole(notice: Notice): TemplateResult {
    const { workspace, hrefOf } = this.#options;
    return noticeTemplate({
      notice,
      resource: workspace.resource,
      now: Date.now(),
      href: hrefOf(notice.id),
      canWrite: workspace.canWrite,
      came: this.#came,
      all: html`<span class="notices-all">
        ${this.#pages(notice)}
        <button type="button" class="btn btn-sm btn-quiet" aria-expanded="true" @click=${() => this.#fold('small')}>Later</button>
      </span>`,
      onRestore: () => void this.#restore(notice),
      onDismiss: () => void this.#dismiss(notice),
    });
  }

  #pages(notice: Notice): TemplateResult | typeof nothing {
    const items = this.#items;
    const at = items.findIndex(({ seq }) => seq === notice.seq);
    if (items.length < 2 || at < 0) return nothing;
    const step = (by: number) => () => this.#show((at + by + items.length) % items.length);
    return html`<span class="notices-count">${at + 1} of ${items.length}</span>
      <button type="button" class="btn btn-sm btn-quiet" aria-label="Previous notice" @click=${step(-1)}>‹</button>
      <button type="button" class="btn btn-sm btn-quiet" aria-label="Next notice" @click=${step(1)}>›</button>`;
  }

  #small(): TemplateResult {
    const { length } = this.#items;
    return html`<button type="button" class="btn btn-sm btn-quiet notices-unfold" aria-expanded="false" @click=${() => this.#fold('whole')}>
      ${length === 1 ? '1 notice' : `${length} notices`}
    </button>`;
  }

  get #items(): readonly Notice[] {
    const { stet, resource } = this.#options.workspace;
    return stet.notices.items.filter((notice) => notice.resource === resource.name);
  }

  #changed(): void {
    const items = this.#items;
    const fresh = items.filter(({ seq }) => !this.#heard.has(seq));
    const [newest] = fresh;
    for (const { seq } of fresh) this.#heard.add(seq);
    if (newest) {
      this.#folding = 'by room';
      announce(heardWords(newest, items.length, this.#options.workspace.resource));
    }
    // What the person is dealing with stays in sight: what came of a restore, until it is closed.
    const isThere = items.some(({ seq }) => seq === this.#shown?.notice.seq);
    const isInUse = this.#came !== null || this.#isBusy || (isThere && this.el.contains(document.activeElement));
    if (isInUse) this.render();
    else if (newest) this.#show(items.indexOf(newest));
    else if (isThere) this.render();
    else this.#next();
  }

  /** The one that has the place of the one that was shown; none, where there is none left. */
  #next(): void {
    this.#show(Math.min(this.#shown?.at ?? 0, this.#items.length - 1));
  }

  #show(at: number): void {
    const notice = this.#items[at];
    const hadFocus = this.el.contains(document.activeElement);
    this.#shown = notice ? { notice, at } : null;
    this.#came = null;
    this.render();
    if (!hadFocus || this.el.contains(document.activeElement)) return;
    if (notice) this.#focusDismiss();
    else this.#options.onLeft();
  }

  #fold(folding: 'small' | 'whole'): void {
    this.#folding = folding;
    this.render();
    this.el.querySelector<HTMLElement>(folding === 'small' ? '.notices-unfold' : '[data-way=dismiss]')?.focus();
  }

  async #restore(notice: Notice): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    const { outcome, fields, left } = await this.#options.workspace.stet.notices.restore(notice);
    this.#isBusy = false;
    const { version, fields: all } = notice.restore.body;
    const telling = this.#telling(notice);
    const words = restoredWords(telling, all ? { version, fields } : { version }, fields, outcome);
    switch (outcome.kind) {
      case 'restored':
      case 'unchanged':
        if (left.length > 0) return this.#become({ kind: 'refused', words: `${words} ${leftWords(telling, left)}` });
        return this.#become({ kind: 'done', words });
      case 'stale':
        return this.#become({ kind: 'refused', words });
      case 'failed':
        return this.#become({ kind: 'failed', words });
    }
  }

  async #dismiss(notice: Notice): Promise<void> {
    if (this.#isBusy) return;
    const { notices } = this.#options.workspace.stet;
    const isOpen = this.#items.some(({ seq }) => seq === notice.seq);
    this.#isBusy = true;
    const isDone = !isOpen || (await notices.dismiss(notice));
    this.#isBusy = false;
    if (!isDone) return this.#become({ kind: 'failed', words: 'Not dismissed: the server cannot be reached.' });
    this.#next();
  }

  /** The button that was pressed may be gone by now: the keyboard goes on beside it. */
  #become(came: Came): void {
    const hadFocus = this.el.contains(document.activeElement);
    this.#came = came;
    this.render();
    if (hadFocus && !this.el.contains(document.activeElement)) this.#focusDismiss();
    announce(came.words);
  }

  #focusDismiss(): void {
    this.el.querySelector<HTMLElement>('[data-way=dismiss]')?.focus();
  }

  #telling({ id }: Notice): Telling {
    const { stet, resource } = this.#options.workspace;
    const draft = stet.drafts.here().find(({ record }) => record?.id === id);
    return {
      resource,
      nameOf: (by) => (by && stet.whose(by) !== 'other' ? 'you' : who(by)),
      typed: draft ? Object.keys(resource.fields).filter((name) => draft.isTouched(name)) : [],
    };
  }
}
