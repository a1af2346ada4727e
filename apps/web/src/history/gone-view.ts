import type { Stet, StetModel } from '@stet/client';
import Backbone from 'backbone';
import { html, render } from 'lit-html';
import type { Naming } from '../form/words.js';
import { HistoryView } from './history-view.js';

export interface GoneOptions {
  stet: Stet;
  record: StetModel;
  canWrite: boolean;
  nameOf: Naming;
  /** Somebody brought it back. */
  onBack(): void;
}

/** In the form's place where the record was deleted: what it was, and the way to bring it back (V5). */
export class GoneView extends Backbone.View {
  readonly #options: GoneOptions;
  readonly #history: HistoryView;

  constructor(options: GoneOptions) {
    super({ className: 'stet-form stet-gone' });
    this.#options = options;
    const { record, onBack, ...rest } = options;
    this.#history = new HistoryView({
      ...rest,
      record: () => record,
      prefix: this.cid,
      typed: () => [],
      steady: (draw) => draw(),
    });
    this.listenTo(record, 'met', () => record.server.kind === 'live' && onBack());
  }

  override render(): this {
    const { record, canWrite } = this.#options;
    const { one } = record.resource.label;
    // Who only reads is not told whether it was deleted or is withheld from them.
    const said = canWrite ? `This ${one} was deleted.` : `This ${one} is not there any more.`;
    this.#history.open();
    render(html`<p class="stet-gone-said">${said}</p>${this.#history.el}`, this.el as HTMLElement);
    return this;
  }

  override remove(): this {
    this.#history.remove();
    return super.remove();
  }
}
