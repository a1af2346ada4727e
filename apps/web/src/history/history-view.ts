import { type Stet, type StetModel, undoable, type Wanted } from '@stet/client';
import type { VersionInfo } from '@stet/protocol';
import Backbone from 'backbone';
import { html, nothing, render, type TemplateResult } from 'lit-html';
import type { Naming } from '../form/words.js';
import { type DifferenceState, type Pair, readPair } from './difference.js';
import { differenceTemplate } from './difference-template.js';
import { restoredWords, type Telling, undoneWords } from './outcome-words.js';
import { pairOf } from './pair.js';
import { Timeline } from './timeline.js';
import { timelineTemplate } from './timeline-template.js';
import { toolbarTemplate } from './toolbar-template.js';

export interface HistoryOptions {
  stet: Stet;
  /** Null for a new one, which has no history. */
  record(): StetModel | null;
  canWrite: boolean;
  /** Before each id, so that two can stand on one page. */
  prefix: string;
  nameOf: Naming;
  /** Fields in which the person has typed and not saved. */
  typed(): string[];
  /** Draws what others brought about, without moving what the person looks at around it (C1). */
  steady(draw: () => void): void;
  /** It was closed from within; undefined where it always stays open. */
  onClosed?(): void;
}

/** What is open under the toolbar or in the timeline: one at a time. */
type Opened = { kind: 'version' | 'comparison'; pair: Pair; state: DifferenceState };

/** The history of one record: its timeline, any two versions side by side, and the ways back. It reads nothing while it is closed. */
export class HistoryView extends Backbone.View {
  readonly #options: HistoryOptions;
  /** Whose history is open. */
  #record: StetModel | null = null;
  #timeline: Timeline | null = null;
  /** Its first page is there: what is drawn from now on, others may have brought about. */
  #hasArrived = false;
  #opened: Opened | null = null;
  #fault: string | null = null;
  #said = '';
  #isBusy = false;

  constructor(options: HistoryOptions) {
    super({ tagName: 'section', className: 'stet-history' });
    this.#options = options;
    this.el.id = `${options.prefix}-history`;
    this.el.hidden = true;
    this.el.setAttribute('aria-label', 'History');
    this.el.addEventListener('keydown', (event) => this.#key(event));
  }

  get isOpen(): boolean {
    return this.#timeline !== null;
  }

  override remove(): this {
    this.#timeline?.stop();
    return super.remove();
  }

  toggle(): void {
    if (this.isOpen) this.close();
    else this.open();
  }

  open(): void {
    const { stet } = this.#options;
    const record = this.#options.record();
    if (!record || this.isOpen) return;
    this.#record = record;
    this.#timeline = new Timeline(
      (after) => stet.versions(record, after),
      () => (this.#hasArrived ? this.#options.steady(() => this.render()) : this.render()),
    );
    this.listenTo(record, 'met', () => void this.#timeline?.refresh());
    this.render();
    void this.#timeline.refresh().then(() => {
      this.#hasArrived = true;
    });
  }

  close(): void {
    this.#forget();
    this.render();
  }

  #forget(): void {
    this.#timeline?.stop();
    this.stopListening();
    this.#timeline = null;
    this.#hasArrived = false;
    this.#opened = null;
    this.#fault = null;
    this.#said = '';
  }

  /** What was typed, or the record, has moved on. */
  override render(): this {
    // The form may be of another record by now.
    if (this.isOpen && this.#options.record() !== this.#record) this.#forget();
    this.el.hidden = !this.isOpen;
    render(this.isOpen ? this.#template() : nothing, this.el as HTMLElement);
    return this;
  }

  #key(event: KeyboardEvent): void {
    const { onClosed } = this.#options;
    if (event.key !== 'Escape' || event.isComposing || !onClosed) return;
    // It closes the history, and not the form that it stands in.
    event.stopPropagation();
    this.close();
    onClosed();
  }

  get #newest(): number {
    const server = this.#options.record()?.server;
    return server && server.kind !== 'unknown' ? server.version : 0;
  }

  #telling(record: StetModel): Telling {
    return { resource: record.resource, nameOf: this.#options.nameOf, typed: this.#options.typed() };
  }

  #template(): TemplateResult | typeof nothing {
    const record = this.#options.record();
    const timeline = this.#timeline;
    if (!record || !timeline) return nothing;
    const { stet, canWrite, prefix, nameOf } = this.#options;
    const own = undoable(timeline.items, (by) => stet.whose(by) !== 'other');
    // A deletion can be undone while it stands, and nothing else then.
    const isDue = own !== null && (own.action === 'destroy') === (record.server.kind === 'destroyed');
    return html`
      ${toolbarTemplate({
        prefix,
        telling: this.#telling(record),
        undoable: canWrite && isDue ? own : null,
        newest: this.#newest,
        fault: this.#fault,
        onUndo: (made) => void this.#undo(record, made),
        onCompare: (from, to) => this.#compare(from, to),
      })}
      <p class="stet-history-said" role="status">${this.#said}</p>
      ${this.#opened?.kind === 'comparison' ? this.#comparison(record, this.#opened) : nothing}
      ${timelineTemplate({
        state: timeline.state,
        resource: record.resource,
        nameOf,
        now: Date.now(),
        prefix,
        body: (made) => this.#body(record, made),
        onOpen: (made) => this.#open(made),
        onOlder: () => void this.#older(),
      })}
    `;
  }

  #comparison(record: StetModel, { pair, state }: Opened): TemplateResult {
    const heading = `${this.#options.prefix}-compared`;
    return html`<section class="stet-comparison" aria-labelledby=${heading}>
      <div class="stet-comparison-head">
        <h3 id=${heading} tabindex="-1">From version ${pair.from} to version ${pair.to}</h3>
        <button type="button" class="btn btn-sm btn-link" @click=${() => this.#endComparison()}>Close the comparison</button>
      </div>
      ${this.#difference(record, state, ['from', 'to'])}
    </section>`;
  }

  #body(record: StetModel, made: VersionInfo): TemplateResult | null {
    const opened = this.#opened;
    if (opened?.kind !== 'version' || opened.pair.to !== made.version) return null;
    const newest = this.#newest;
    return html`${this.#difference(record, opened.state, made.action === 'destroy' ? ['from'] : ['to'])}
    ${
      made.version < newest
        ? html`<button
            type="button" class="btn btn-sm btn-link stet-with-now"
            @click=${() => this.#compare(String(made.version), String(newest))}
          >Compare with version ${newest}, the newest</button>`
        : nothing
    }`;
  }

  #difference(record: StetModel, state: DifferenceState, whole: ReadonlyArray<'from' | 'to'>): TemplateResult {
    const { canWrite, prefix } = this.#options;
    const telling = this.#telling(record);
    const onRestore = (wanted: Wanted, fields: readonly string[]) => void this.#restore(record, wanted, fields);
    return differenceTemplate({ state, record, telling, canWrite, prefix, whole, onRestore });
  }

  #open(made: VersionInfo): void {
    const isOpen = this.#opened?.kind === 'version' && this.#opened.pair.to === made.version;
    if (isOpen) this.#opened = null;
    else this.#look('version', { from: made.version - 1, to: made.version });
    this.render();
  }

  #compare(from: string, to: string): void {
    const pair = pairOf(from, to, this.#newest);
    this.#fault = pair.kind === 'wrong' ? pair.detail : null;
    if (pair.kind === 'ok') this.#look('comparison', pair.pair);
    this.render();
    if (pair.kind === 'ok') this.#focus('.stet-comparison h3');
    else this.#focus('[name=compare-from]');
  }

  #endComparison(): void {
    this.#opened = null;
    this.render();
    this.#focus('.stet-compare button');
  }

  #look(kind: Opened['kind'], pair: Pair): void {
    const { stet } = this.#options;
    const record = this.#options.record();
    if (!record) return;
    const opened: Opened = { kind, pair, state: { kind: 'loading' } };
    this.#opened = opened;
    void readPair(pair, (version) => stet.version(record, version)).then((state) => {
      opened.state = state;
      if (this.#opened === opened) this.render();
    });
  }

  async #older(): Promise<void> {
    const before = this.#timeline?.items.length ?? 0;
    await this.#timeline?.older();
    const { items, state } = this.#timeline ?? { items: [], state: null };
    const [first, last] = [items[before], items.at(-1)];
    if (!first || !last) return;
    this.#say(`Versions ${first.version} to ${last.version} are shown now, too.`);
    // The button is gone with the last page: the person goes on where the new ones begin.
    if (state?.kind === 'ready' && state.next === null) this.#focusVersion(first.version);
  }

  async #restore(record: StetModel, wanted: Wanted, fields: readonly string[]): Promise<void> {
    const { server } = record;
    if (server.kind === 'unknown') return;
    await this.#ask('Restoring…', async () => {
      const outcome = await this.#options.stet.restore(record, wanted, server);
      return restoredWords(this.#telling(record), wanted, fields, outcome);
    });
  }

  async #undo(record: StetModel, made: VersionInfo): Promise<void> {
    await this.#ask('Undoing…', async () => {
      const outcome = await this.#options.stet.undoLast(record, made);
      return undoneWords(this.#telling(record), outcome);
    });
  }

  /** One way back at a time; what became of it is said. What was pressed may be gone then: the focus goes on nearby. */
  async #ask(meanwhile: string, asking: () => Promise<string>): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#say(meanwhile);
    const pressed = this.el.ownerDocument.activeElement;
    const said = await asking();
    this.#isBusy = false;
    if (!this.isOpen) return;
    this.#say(said);
    if (pressed && this.el.isConnected && !pressed.isConnected) this.#focusOpened();
  }

  #focusOpened(): void {
    if (this.#opened?.kind === 'version') this.#focusVersion(this.#opened.pair.to);
    else if (this.#opened) this.#focus('.stet-comparison h3');
    else this.#focus('.stet-version-head');
  }

  #focusVersion(version: number): void {
    this.#focus(`[data-version="${version}"] .stet-version-head`);
  }

  #say(said: string): void {
    this.#said = said;
    this.render();
  }

  #focus(selector: string): void {
    this.el.querySelector<HTMLElement>(selector)?.focus();
  }
}
