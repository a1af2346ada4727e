import type { StetList, StetModel } from '@stet/client';
import { filterableBy, type ListQuery, type Value } from '@stet/protocol';
import Backbone from 'backbone';
import { html, nothing, render } from 'lit-html';
import { announce } from '../announce.js';
import { isTyping } from '../keys.js';
import type { OpenWorkspace } from '../workspace.js';
import { columnsOf, textOf } from './columns.js';
import { moveTo } from './moves.js';
import { isNarrowed, nextSort, sameQuery, withFilter } from './query.js';
import { table } from './table.js';
import { toolbar } from './toolbar.js';

// The list of a workspace's records: what is asked, the rows, and the keyboard in them.

export interface ListViewOptions {
  workspace: OpenWorkspace;
  hrefOf(id: string): string;
  newHref(): string;
  /** The person asks something else; `isTyping` while the question is not complete. */
  onQuery(query: ListQuery, isTyping: boolean): void;
  onOpen(id: string): void;
  onNew(): void;
}

const searchAfter = 150;
const tick = 30_000;
const mostSeen = 100;
const lookedAt = 500;

export class ListView extends Backbone.View {
  readonly #options: ListViewOptions;
  readonly #list: StetList;
  readonly #columns;
  #open: string | null = null;
  /** Where the keyboard is: a row's id, and its place for when the row goes away. */
  #cursor: { id: string; place: number } | null = null;
  #frame = 0;
  #clock: ReturnType<typeof setInterval> | undefined;
  #searching: ReturnType<typeof setTimeout> | undefined;
  #watched: IntersectionObserver | null = null;
  #isAsked = false;

  constructor(options: ListViewOptions) {
    super({ tagName: 'section', className: 'list', attributes: { id: 'list', tabindex: '-1' } });
    this.#options = options;
    this.#list = options.workspace.list;
    this.#columns = columnsOf(options.workspace.resource);
    this.el.setAttribute('aria-label', this.#label.many);
    this.listenTo(this.#list, 'add remove sort update', () => this.refresh());
    this.listenTo(this.#list, 'state', () => this.#moved());
    this.#clock = setInterval(() => this.refresh(), tick);
    this.el.addEventListener('keydown', (event) => this.#key(event));
    this.el.addEventListener('click', (event) => this.#click(event));
  }

  override remove(): this {
    cancelAnimationFrame(this.#frame);
    clearInterval(this.#clock);
    clearTimeout(this.#searching);
    this.#watched?.disconnect();
    return super.remove();
  }

  /** Asks what the address says. */
  show(query: ListQuery): void {
    this.#fill(query);
    const { workspace } = this.#options;
    if (this.#isAsked && sameQuery(workspace.resource, query, this.#list.query)) return this.refresh();
    const asked = this.#isAsked ? this.#list.show(query) : workspace.resume(query);
    this.#isAsked = true;
    void asked.then(() => this.#answered());
  }

  /** Marks the row of the record that is in the form. */
  mark(open: string | null): void {
    this.#open = open;
    if (open !== null) this.#moveCursor(open);
    this.refresh();
  }

  /** Draws at the next frame, however many reasons there are. */
  refresh(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => this.render());
  }

  focusSearch(): void {
    const search = this.el.querySelector<HTMLInputElement>('#search');
    search?.focus();
    search?.select();
  }

  focusRow(): void {
    this.render();
    this.el.querySelector<HTMLElement>('.row-link[tabindex="0"]')?.focus();
  }

  /** A key that nobody nearer has taken: moves in the list from anywhere but a field. */
  takeKey(event: KeyboardEvent): void {
    this.#key(event);
  }

  override render(): this {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const { workspace, hrefOf, newHref, onQuery } = this.#options;
    const { resource, marks } = workspace;
    const { query, state, models } = this.#list;
    const hadRow = document.activeElement?.classList.contains('row-link') && this.el.contains(document.activeElement);
    this.#mendCursor();
    render(
      html`${toolbar({
        resource,
        query,
        canWrite: workspace.canWrite,
        newHref: newHref(),
        seen: (name) => this.#seen(name),
        onSearch: (words) => this.#search(words),
        onFilter: (name, value) => onQuery(withFilter(query, name, value), false),
        onSort: (sort) => onQuery({ ...query, sort }, false),
      })}
        <div class="progress-line${state.kind === 'loading' ? ' is-loading' : ''}" aria-hidden="true"></div>
        <div class="list-scroll" aria-busy=${state.kind === 'loading'}>
          ${table({
            resource,
            columns: this.#columns,
            rows: models,
            sort: query.sort,
            now: Date.now(),
            open: this.#open,
            cursor: this.#cursor?.id ?? null,
            unsaved: workspace.unsaved(),
            markOf: marks.of,
            nameOf: marks.nameOf,
            hrefOf,
            onSort: (name) => onQuery({ ...query, sort: nextSort(query.sort, name) }, false),
          })}
          ${this.#end()}
        </div>
        <div class="list-foot"><span data-testid="count">${this.#count()}</span> ${isNarrowed(query) ? this.#showAll(query) : nothing}</div>`,
      this.el,
    );
    // The row that had the focus has left: its neighbour takes it, so that the keyboard stays in the list.
    if (hadRow && !this.el.contains(document.activeElement)) this.#focusCursor();
    this.#watch();
    return this;
  }

  get #label() {
    return this.#options.workspace.resource.label;
  }

  #end() {
    const { state, models, query } = this.#list;
    if (state.kind === 'failed') {
      const again = () => void this.#list.show(query);
      return html`<p class="list-note" role="alert">${state.detail} <button type="button" class="btn btn-link" @click=${again}>Try again</button></p>`;
    }
    if (state.kind === 'ready' && models.length === 0) {
      return html`<p class="list-note">${query.q ? html`No ${this.#label.one} fits “<bdi>${query.q}</bdi>”.` : `No ${this.#label.many} here.`}</p>`;
    }
    const hasMore = state.kind === 'ready' && state.more;
    return html`<div class="list-more">
      ${hasMore ? html`<button type="button" class="btn btn-link" @click=${() => void this.#list.more()}>More ${this.#label.many}</button>` : nothing}
    </div>`;
  }

  #showAll(query: ListQuery) {
    const all = () => this.#options.onQuery({ ...query, q: '', filters: {} }, false);
    return html`<button type="button" class="btn btn-link" @click=${all}>Show all ${this.#label.many}</button>`;
  }

  #count(): string {
    const { state, length } = this.#list;
    const { one, many } = this.#label;
    const more = state.kind === 'ready' && state.more ? '+' : '';
    return `${length.toLocaleString('en')}${more} ${length === 1 && !more ? one : many}`;
  }

  #moved(): void {
    this.refresh();
  }

  #answered(): void {
    if (this.#list.state.kind !== 'ready') return;
    this.el.querySelector('.list-scroll')?.scrollTo({ top: 0 });
    announce(`${this.#count()} found`);
  }

  /** The fields of the toolbar say what is asked, except the one that the person is typing in. */
  #fill({ q, filters }: ListQuery): void {
    const fill = (selector: string, value: string) => {
      const field = this.el.querySelector<HTMLInputElement | HTMLSelectElement>(selector);
      if (field && (field !== document.activeElement || field.value.trim() !== value)) field.value = value;
    };
    if (this.#searching === undefined) fill('#search', q);
    for (const name of filterableBy(this.#options.workspace.resource)) fill(`#filter-${name}`, filters[name] ?? '');
  }

  #search(words: string): void {
    clearTimeout(this.#searching);
    this.#searching = setTimeout(() => {
      this.#options.onQuery({ ...this.#list.query, q: words.trim() }, true);
      this.#searching = undefined;
    }, searchAfter);
  }

  /** The next page comes before its place is in sight. */
  #watch(): void {
    const end = this.el.querySelector('.list-more');
    this.#watched?.disconnect();
    const { state } = this.#list;
    if (!end || state.kind !== 'ready' || !state.more) return;
    this.#watched = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) void this.#list.more();
      },
      { root: this.el.querySelector('.list-scroll'), rootMargin: '800px' },
    );
    this.#watched.observe(end);
  }

  #seen(name: string): readonly string[] {
    const field = this.#options.workspace.resource.fields[name];
    const values = this.#list.models.slice(0, lookedAt).flatMap((model) => (model.get(name) as Value) ?? []);
    return [...new Set(values.map((value) => textOf(field, value)))].filter(Boolean).sort().slice(0, mostSeen);
  }

  #click(event: MouseEvent): void {
    const target = event.target as Element;
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!isPlain) return;
    if (target.closest('a.new')) {
      event.preventDefault();
      return this.#options.onNew();
    }
    const row = target.closest<HTMLElement>('.list-row');
    if (!row?.dataset.id) return;
    event.preventDefault();
    // Whoever marks text in a row wants to copy it.
    if (!target.closest('a') && getSelection()?.isCollapsed === false) return;
    this.#options.onOpen(row.dataset.id);
  }

  #key(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const isInSearch = (event.target as Element).id === 'search';
    // From the search box an arrow leads into the list; everything else there is typing.
    if (isTyping(event.target) && !(isInSearch && event.key === 'ArrowDown')) return;
    const { models } = this.#list;
    const from = isInSearch ? -1 : models.findIndex(({ id }) => id === this.#cursor?.id);
    const started = isInSearch || this.#isOnRow() ? from : from - 1;
    const to = moveTo(event.key, isInSearch ? -1 : Math.max(-1, started), models.length, this.#page());
    if (to === null) return;
    event.preventDefault();
    const model = models[to] as StetModel;
    this.#cursor = { id: model.id as string, place: to };
    this.render();
    this.#focusCursor();
  }

  #isOnRow(): boolean {
    return document.activeElement?.classList.contains('row-link') ?? false;
  }

  #focusCursor(): void {
    const link = this.el.querySelector<HTMLElement>('.row-link[tabindex="0"]');
    link?.focus({ preventScroll: true });
    link?.closest('tr')?.scrollIntoView({ block: 'nearest' });
  }

  #page(): number {
    const height = this.el.querySelector('.list-scroll')?.clientHeight ?? 0;
    const row = this.el.querySelector('.list-row')?.clientHeight ?? 1;
    return Math.max(1, Math.floor(height / row) - 2);
  }

  #moveCursor(id: string): void {
    const place = this.#list.models.findIndex((model) => model.id === id);
    if (place >= 0) this.#cursor = { id, place };
  }

  /** One row can always be reached by Tab: where the keyboard was, what took that place, or the first. */
  #mendCursor(): void {
    const { models } = this.#list;
    const place = models.findIndex(({ id }) => id === this.#cursor?.id);
    if (this.#cursor && place >= 0) this.#cursor.place = place;
    else {
      const instead = Math.min(this.#cursor?.place ?? 0, models.length - 1);
      const model = models[instead];
      this.#cursor = model ? { id: model.id as string, place: instead } : null;
    }
  }
}
