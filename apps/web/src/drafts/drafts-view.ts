import type { Draft } from '@stet/client';
import { resources } from '@stet/protocol';
import Backbone from 'backbone';
import { html, render } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { announce } from '../announce.js';
import type { OpenWorkspace } from '../workspace.js';
import { rowTemplate } from './row-template.js';

// My drafts: all that I typed in this workspace and have not saved, wherever on this device it is (C5).

export interface DraftsViewOptions {
  workspace: OpenWorkspace;
  /** The person goes on with this one. */
  onOpen(draft: Draft): void;
}

const tick = 30_000;

export class DraftsView extends Backbone.View {
  readonly #options: DraftsViewOptions;
  /** The draft that is about to be thrown away, once that is confirmed. */
  #asking: string | null = null;
  #failed: { id: string; why: string } | null = null;
  readonly #undo: () => void;
  readonly #clock: ReturnType<typeof setInterval>;

  constructor(options: DraftsViewOptions) {
    super({ tagName: 'section', className: 'drafts' });
    this.#options = options;
    this.el.setAttribute('aria-labelledby', `${this.cid}-heading`);
    this.#undo = options.workspace.shelf.subscribe(() => this.#changed());
    this.#clock = setInterval(() => this.render(), tick);
    options.workspace.shelf.look();
  }

  override remove(): this {
    this.#undo();
    clearInterval(this.#clock);
    return super.remove();
  }

  override render(): this {
    const { items } = this.#options.workspace.shelf;
    render(
      html`<h2 class="drafts-title" id="${this.cid}-heading" tabindex="-1">My drafts</h2>
        <p class="drafts-about">
          ${
            items.length === 0
              ? 'No drafts. What you type and do not save is kept on this device, and is listed here.'
              : 'Typed and not saved. They are kept on this device, for you alone.'
          }
        </p>
        <ul class="drafts-list" role="list">
          ${repeat(
            items,
            ({ kept }) => kept.id,
            (listed) => this.#row(listed),
          )}
        </ul>`,
      this.el,
    );
    return this;
  }

  focusFirst(): void {
    this.el.querySelector<HTMLElement>('.drafts-title')?.focus();
  }

  #row(listed: OpenWorkspace['shelf']['items'][number]) {
    const { id, resource } = listed.kept;
    return rowTemplate({
      listed,
      resource: resources.get(resource) ?? this.#options.workspace.resource,
      prefix: this.cid,
      now: Date.now(),
      isAsking: this.#asking === id,
      failed: this.#failed?.id === id ? this.#failed.why : null,
      onOpen: () => void this.#open(id),
      onAsk: () => this.#ask(id),
      onKeep: () => this.#keep(id),
      onDiscard: () => void this.#discard(id),
    });
  }

  async #open(id: string): Promise<void> {
    const { workspace, onOpen } = this.#options;
    this.#failed = null;
    const draft = await workspace.stet.drafts.takeUp(id);
    if (draft) return onOpen(draft);
    this.#fail(id, 'It could not be opened here: another tab has it, or the server cannot be reached.');
  }

  #ask(id: string): void {
    this.#asking = id;
    this.#failed = null;
    this.render();
    this.#focus(id, 'keep');
  }

  #keep(id: string): void {
    this.#asking = null;
    this.render();
    this.#focus(id, 'ask');
  }

  async #discard(id: string): Promise<void> {
    this.#asking = null;
    const { stet, shelf } = this.#options.workspace;
    const next = this.#after(id);
    const here = stet.drafts.unsaved().find(({ keptAs }) => keptAs === id);
    // What is on its way to the server cannot be called back.
    const isDone = here ? here.state.kind !== 'saving' : await stet.drafts.discard(id);
    if (!isDone) return this.#fail(id, 'It was not discarded: it is being saved, or another tab has it.');
    here?.discard();
    shelf.look();
    announce('The draft is discarded');
    if (next === null) this.focusFirst();
    else this.#focus(next, 'open');
  }

  #fail(id: string, why: string): void {
    this.#failed = { id, why };
    this.#options.workspace.shelf.look();
    this.render();
  }

  /** The keyboard stays where it is, also where the row under it is gone or has other buttons by now. */
  #changed(): void {
    const hadFocus = this.el.contains(document.activeElement);
    const ids = this.#options.workspace.shelf.items.map(({ kept }) => kept.id);
    if (this.#asking !== null && !ids.includes(this.#asking)) this.#asking = null;
    this.render();
    if (hadFocus && !this.el.contains(document.activeElement)) this.focusFirst();
  }

  /** The row that takes a row's place. */
  #after(id: string): string | null {
    const ids = this.#options.workspace.shelf.items.map(({ kept }) => kept.id);
    const at = ids.indexOf(id);
    return ids[at + 1] ?? ids[at - 1] ?? null;
  }

  #focus(id: string, way: 'open' | 'ask' | 'keep'): void {
    const row = [...this.el.querySelectorAll<HTMLElement>('.draft')].find((each) => each.dataset.id === id);
    const button = row?.querySelector<HTMLElement>(`[data-way=${way}]`);
    if (button) button.focus();
    else this.focusFirst();
  }
}
