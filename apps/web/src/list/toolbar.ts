import { type Field, filterableBy, type ListQuery, type Resource, sortableBy } from '@stet/protocol';
import { html, nothing, type TemplateResult } from 'lit-html';

// What a person asks of the list, and the way to a new record.

export interface ToolbarInput {
  resource: Resource;
  query: ListQuery;
  canWrite: boolean;
  newHref: string;
  /** Values of a field that the list has seen, to choose from. */
  seen(name: string): readonly string[];
  onSearch(words: string): void;
  onFilter(name: string, value: string): void;
  onSort(sort: string): void;
}

export function toolbar(input: ToolbarInput): TemplateResult {
  const { resource, canWrite, newHref, onSearch } = input;
  const { one, many } = resource.label;
  return html`<div class="toolbar" role="search" aria-label=${`Find ${many}`}>
    <div class="toolbar-line">
      <input class="form-control search" type="search" id="search" aria-label=${`Search ${many}`} maxlength="300"
        placeholder="Search" aria-keyshortcuts="/" autocomplete="off" spellcheck="false"
        @input=${(event: Event) => onSearch((event.target as HTMLInputElement).value)}>
      ${canWrite ? html`<a class="btn btn-primary new" href=${newHref} aria-keyshortcuts="n">New ${one}</a>` : nothing}
    </div>
    <div class="toolbar-line filters">
      ${filterableBy(resource).map((name) => filter(name, input))} ${sorting(input)}
    </div>
  </div>`;
}

function filter(name: string, { resource, query, seen, onFilter }: ToolbarInput): TemplateResult {
  const field = resource.fields[name] as Field;
  const id = `filter-${name}`;
  const isSet = query.filters[name] !== undefined;
  const onChange = (event: Event) => onFilter(name, (event.target as HTMLInputElement | HTMLSelectElement).value);
  if (field.choices) {
    return html`<select class="form-select filter${isSet ? ' is-set' : ''}" id=${id} aria-label=${field.label} @change=${onChange}>
      <option value="">${field.label}: any</option>
      ${Object.entries(field.choices).map(([value, label]) => html`<option value=${value}>${label}</option>`)}
    </select>`;
  }
  const values = seen(name);
  return html`<input class="form-control filter${isSet ? ' is-set' : ''}" id=${id} aria-label=${field.label} placeholder=${field.label}
      maxlength="300" autocomplete="off" spellcheck="false" list=${`${id}-values`} @change=${onChange}>
    <datalist id=${`${id}-values`}>${values.map((value) => html`<option value=${value}></option>`)}</datalist>`;
}

/** Where the table has no headers to click at: a narrow screen. */
function sorting({ resource, query, onSort }: ToolbarInput): TemplateResult {
  const labels = (name: string) => (name === 'updatedAt' ? 'Changed' : (resource.fields[name]?.label ?? name));
  return html`<select class="form-select filter sort-choice" aria-label="Sort by"
    @change=${(event: Event) => onSort((event.target as HTMLSelectElement).value)}>
    ${sortableBy(resource).flatMap((name) =>
      [name, `-${name}`].map(
        (sort) =>
          html`<option value=${sort} ?selected=${sort === query.sort}>${labels(name)} ${sort === name ? '↑' : '↓'}</option>`,
      ),
    )}
  </select>`;
}
