import type { StetList } from '@stet/client';
import type { ListQuery } from '@stet/protocol';
import Backbone from 'backbone';
import { html, nothing, render } from 'lit-html';
import { announce } from '../announce.js';
import { isFree, isPlain, isTyping } from '../keys.js';
import type { OpenWorkspace } from '../workspace.js';
import { columnsOf } from './columns.js';
import { countOf } from './count.js';
import { type Cursor, cursorAt, mended } from './cursor.js';
import { foot } from './foot.js';
import { moveTo } from './moves.js';
import { isNarrowed, nextSort, sameQuery } from './query.js';
import { Reach } from './reach.js';
import { table } from './table.js';
import { Toolbar } from './toolbar.js';

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

const tick = 30_000;

export class ListView extends Backbone.View {
  readonly #options: ListViewOptions;
  readonly #list: StetList;
  readonly #toolbar: Toolbar;
  readonly #columns;
  #open: string | null = null;
  #cursor: Cursor | null = null;
  #frame = 0;
  #clock: ReturnType<typeof setInterval> | undefined;
  readonly #reach = new Reach(() => void this.#list.more());
  #isAsked = false;
  #hasMore = false;
  readonly #undo: () => void;

  constructor(options: ListViewOptions) {
    super({ tagName: 'section', className: 'list', attributes: { id: 'list', tabindex: '-1' } });
    this.#options = options;
    this.#list = options.workspace.list;
    const { workspace, newHref, onQuery } = options;
    this.#toolbar = new Toolbar({
      resource: workspace.resource,
      list: workspace.list,
      newHref: () => (workspace.canWrite ? newHref() : null),
      onQuery,
    });
    this.#columns = columnsOf(options.workspace.resource);
    this.el.setAttribute('aria-label', this.#label.many);
    this.listenTo(this.#list, 'add remove sort update state', () => this.refresh());
    this.#undo = options.workspace.stet.presence.subscribe(() => this.refresh());
    this.#clock = setInterval(() => this.refresh(), tick);
    this.el.addEventListener('keydown', (event) => this.takeKey(event));
    this.el.addEventListener('click', (event) => this.#click(event));
  }

  override remove(): this {
    cancelAnimationFrame(this.#frame);
    clearInterval(this.#clock);
    this.#undo();
    this.#toolbar.remove();
    this.#reach.stop();
    return super.remove();
  }

  /** Asks what the address says. */
  show(query: ListQuery): void {
    this.#toolbar.render().fill(query);
    const { workspace } = this.#options;
    if (this.#isAsked && sameQuery(workspace.resource, query, this.#list.query)) return this.refresh();
    const asked = this.#isAsked ? this.#list.show(query) : workspace.resume(query);
    this.#isAsked = true;
    void asked.then(() => this.#answered());
  }

  /** Marks the row of the record that is in the form. */
  mark(open: string | null): void {
    this.#open = open;
    if (open !== null) this.#cursor = cursorAt(open, this.#ids) ?? this.#cursor;
    this.refresh();
  }

  /** Draws at the next frame, however many reasons there are. */
  refresh(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => this.render());
  }

  focusSearch(): void {
    this.#toolbar.focusSearch();
  }

  focusRow(): void {
    this.render();
    this.el.querySelector<HTMLElement>('.row-link[tabindex="0"]')?.focus();
  }

  override render(): this {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const { workspace, hrefOf, onQuery } = this.#options;
    const { resource, marks, stet } = workspace;
    const { query, state, models } = this.#list;
    const hadRow = document.activeElement?.classList.contains('row-link') && this.el.contains(document.activeElement);
    this.#cursor = mended(this.#cursor, this.#ids);
    render(
      html`${this.#toolbar.render().el}
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
            thereAt: (id) => ({
              people: stet.presence.of(resource.name, id),
              more: stet.presence.more(resource.name, id),
            }),
            hrefOf,
            onSort: (name) => onQuery({ ...query, sort: nextSort(query.sort, name) }, false),
          })}
          ${this.#end()}
        </div>
        <div class="list-foot">${this.#foot()}</div>`,
      this.el,
    );
    // The row that had the focus has left: its neighbour takes it, so that the keyboard stays in the list.
    if (hadRow && !this.el.contains(document.activeElement)) this.#focusCursor();
    const hasMore = state.kind === 'ready' && state.more;
    this.#reach.watch(hasMore ? this.el.querySelector('.list-more') : null, this.el.querySelector('.list-scroll'));
    return this;
  }

  get #label() {
    return this.#options.workspace.resource.label;
  }

  #end() {
    const { state, models, query } = this.#list;
    if (state.kind === 'ready' && models.length === 0) return html`<p class="list-note">${this.#nothing(query)}</p>`;
    const hasMore = state.kind === 'ready' && state.more;
    return html`<div class="list-more">
      ${hasMore ? html`<button type="button" class="btn btn-link" @click=${() => void this.#list.more()}>More ${this.#label.many}</button>` : nothing}
    </div>`;
  }

  #nothing(query: ListQuery) {
    const { one, many } = this.#label;
    if (query.q) return html`No ${one} fits “<bdi>${query.q}</bdi>”.`;
    return isNarrowed(query) ? `No ${one} fits these filters.` : `No ${many} yet.`;
  }

  #foot() {
    const { state, query } = this.#list;
    const { resource } = this.#options.workspace;
    return foot({
      resource,
      state,
      count: this.#count(),
      isNarrowed: isNarrowed(query),
      onAgain: () => void this.#list.show(query),
      onAll: () => this.#options.onQuery({ ...query, q: '', filters: {} }, false),
    });
  }

  /** While an answer is awaited, the count is that of what is shown. */
  #count(): string {
    const { state, length } = this.#list;
    if (state.kind === 'ready') this.#hasMore = state.more;
    return countOf(this.#options.workspace.resource, length, this.#hasMore);
  }

  #answered(): void {
    if (this.#list.state.kind !== 'ready') return;
    this.render();
    this.el.querySelector('.list-scroll')?.scrollTo({ top: 0 });
    this.el.querySelector('.list-row.is-open')?.scrollIntoView({ block: 'nearest' });
    announce(`Found: ${this.#count()}`);
  }

  #click(event: MouseEvent): void {
    const target = event.target as Element;
    if (!isPlain(event)) return;
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

  /** A key in the list, or one that nobody nearer has taken. */
  takeKey(event: KeyboardEvent): void {
    if (!isFree(event)) return;
    const isInSearch = (event.target as Element).id === 'search';
    // From the search box an arrow leads into the list; everything else there is typing.
    if (isTyping(event.target) && !(isInSearch && event.key === 'ArrowDown')) return;
    const ids = this.#ids;
    const at = this.#cursor ? ids.indexOf(this.#cursor.id) : -1;
    const moved = moveTo(event.key, isInSearch ? -1 : at, ids.length, this.#page());
    // From elsewhere, one step leads back to where the keyboard was in the list.
    const isReturn = !isInSearch && !this.#isOnRow() && moved !== null && Math.abs(moved - at) <= 1;
    const to = isReturn ? at : moved;
    const id = to === null ? undefined : ids[to];
    if (id === undefined) return;
    event.preventDefault();
    this.#cursor = cursorAt(id, ids);
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

  get #ids(): string[] {
    return this.#list.models.map(({ id }) => id as string);
  }
}
