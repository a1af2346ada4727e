import type { StetList } from '@stet/client';
import { type Field, filterableBy, type ListQuery, type Resource, sortableBy, type Value } from '@stet/protocol';
import Backbone from 'backbone';
import { html, nothing, render, type TemplateResult } from 'lit-html';
import { textOf } from './columns.js';
import { withFilter } from './query.js';

// What a person asks of the list, and the way to a new record.

export interface ToolbarOptions {
  resource: Resource;
  list: StetList;
  newHref(): string | null;
  /** The person asks something else; `isTyping` while the question is not complete. */
  onQuery(query: ListQuery, isTyping: boolean): void;
}

const searchAfter = 150;
// Values to choose from are taken from so many rows, and are so many.
const lookedAt = 500;
const mostSeen = 100;

export class Toolbar extends Backbone.View {
  readonly #options: ToolbarOptions;
  #searching: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ToolbarOptions) {
    super({ className: 'toolbar', attributes: { role: 'search' } });
    this.#options = options;
    this.el.setAttribute('aria-label', `Find ${options.resource.label.many}`);
  }

  override remove(): this {
    clearTimeout(this.#searching);
    return super.remove();
  }

  focusSearch(): void {
    this.$('#search').trigger('focus').trigger('select');
  }

  /** The fields say what is asked, except the one that the person is typing in. */
  fill({ q, filters }: ListQuery): void {
    const fill = (selector: string, value: string) => {
      const field = this.el.querySelector<HTMLInputElement | HTMLSelectElement>(selector);
      if (field && field.value.trim() !== value) field.value = value;
    };
    if (this.#searching === undefined) fill('#search', q);
    for (const name of filterableBy(this.#options.resource)) fill(`#filter-${name}`, filters[name] ?? '');
  }

  override render(): this {
    const { resource, newHref } = this.#options;
    const { one, many } = resource.label;
    const way = newHref();
    render(
      html`<div class="toolbar-line">
          <input class="form-control search" type="search" id="search" aria-label=${`Search ${many}`} maxlength="300"
            placeholder="Search" aria-keyshortcuts="/" autocomplete="off" spellcheck="false" @input=${this.#search}>
          ${way ? html`<a class="btn btn-primary new" href=${way} aria-keyshortcuts="n">New ${one}</a>` : nothing}
        </div>
        <div class="toolbar-line filters">
          ${filterableBy(resource).map((name) => this.#filter(name))} ${this.#sorting()}
        </div>`,
      this.el,
    );
    return this;
  }

  readonly #search = (event: Event): void => {
    const { list, onQuery } = this.#options;
    const { value } = event.target as HTMLInputElement;
    clearTimeout(this.#searching);
    this.#searching = setTimeout(() => {
      onQuery({ ...list.query, q: value.trim() }, true);
      this.#searching = undefined;
    }, searchAfter);
  };

  #filter(name: string): TemplateResult {
    const { resource, list, onQuery } = this.#options;
    const { label, choices } = resource.fields[name] as Field;
    const id = `filter-${name}`;
    const look = `filter${list.query.filters[name] === undefined ? '' : ' is-set'}`;
    const onChange = (event: Event) => {
      const { value } = event.target as HTMLInputElement | HTMLSelectElement;
      onQuery(withFilter(list.query, name, value), false);
    };
    if (choices) {
      return html`<select class="form-select ${look}" id=${id} aria-label=${label} @change=${onChange}>
        <option value="">${label}: any</option>
        ${Object.entries(choices).map(([value, text]) => html`<option value=${value}>${text}</option>`)}
      </select>`;
    }
    return html`<input class="form-control ${look}" id=${id} aria-label=${label} placeholder=${label}
        maxlength="300" autocomplete="off" spellcheck="false" list=${`${id}-values`} @change=${onChange}>
      <datalist id=${`${id}-values`}>${this.#seen(name).map((value) => html`<option value=${value}></option>`)}</datalist>`;
  }

  /** Where the table has no headers to click at: a narrow screen. */
  #sorting(): TemplateResult {
    const { resource, list, onQuery } = this.#options;
    const labelOf = (name: string) => (name === 'updatedAt' ? 'Changed' : (resource.fields[name]?.label ?? name));
    const orders = sortableBy(resource).flatMap((name) => [
      { sort: name, text: `${labelOf(name)} ↑` },
      { sort: `-${name}`, text: `${labelOf(name)} ↓` },
    ]);
    return html`<select class="form-select filter sort-choice" aria-label="Sort by"
      @change=${(event: Event) => onQuery({ ...list.query, sort: (event.target as HTMLSelectElement).value }, false)}>
      ${orders.map(({ sort, text }) => html`<option value=${sort} .selected=${sort === list.query.sort}>${text}</option>`)}
    </select>`;
  }

  #seen(name: string): readonly string[] {
    const { resource, list } = this.#options;
    const values = list.models.slice(0, lookedAt).flatMap((model) => (model.get(name) as Value) ?? []);
    return [...new Set(values.map((value) => textOf(resource.fields[name], value)))].sort().slice(0, mostSeen);
  }
}
