import type { StetModel } from '@stet/client';
import type { Person, Resource, Value } from '@stet/protocol';
import { html, nothing, type TemplateResult } from 'lit-html';
import { guard } from 'lit-html/directives/guard.js';
import { repeat } from 'lit-html/directives/repeat.js';
import { rowPeople } from '../presence/people.js';
import { type Column, textOf } from './columns.js';
import type { Mark } from './marks.js';
import { sortState } from './query.js';
import { relativeTime, wholeTime } from './relative-time.js';

// The table: one row for each record, one cell for each column. The roles are said, since a narrow screen's style
// takes the cells out of the table's own order.

export interface TableInput {
  resource: Resource;
  columns: Column[];
  rows: readonly StetModel[];
  sort: string;
  now: number;
  /** The record in the form. */
  open: string | null;
  /** The row that the keyboard is at. */
  cursor: string | null;
  unsaved: ReadonlySet<string>;
  markOf(id: string): Mark | undefined;
  nameOf(user: string): string;
  /** Who else is at a record; the same array where nothing of it has changed. */
  thereAt(id: string): { people: readonly Person[]; more: number };
  hrefOf(id: string): string;
  onSort(name: string): void;
}

export const table = (input: TableInput): TemplateResult => html`
  <table class="list-table" role="table" aria-label=${input.resource.label.many}>
    <thead role="rowgroup">
      <tr role="row">
        ${input.columns.map((column) => header(column, input))}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${repeat(
        input.rows,
        (model) => model.id,
        (model) => row(model, input),
      )}
    </tbody>
  </table>`;

function header({ name, label, kind, isSortable }: Column, { sort, onSort }: TableInput): TemplateResult {
  if (!isSortable) return html`<th class="col-${kind}" role="columnheader" scope="col">${label}</th>`;
  const state = sortState(sort, name);
  return html`<th class="col-${kind}" role="columnheader" scope="col" aria-sort=${state}>
    <button type="button" class="sort" @click=${() => onSort(name)}>${label}<span class="sort-mark" aria-hidden="true"></span></button>
  </th>`;
}

function row(model: StetModel, input: TableInput): unknown {
  const id = model.id as string;
  const when = relativeTime(String(model.get('updatedAt')), input.now);
  const mark = input.markOf(id);
  const by = mark?.by ?? input.nameOf(String(model.get('updatedBy')));
  const [isOpen, isCursor, isUnsaved] = [id === input.open, id === input.cursor, input.unsaved.has(id)];
  // A row is drawn again only where something that it shows has moved.
  const { people, more } = input.thereAt(id);
  const own = [isOpen, isCursor, isUnsaved, input.hrefOf(id)];
  const shown = [model.get('version'), when, by, mark?.isCalming, people, more, ...own];
  return guard(
    shown,
    () => html`<tr
      role="row"
      class="list-row${markClass(mark)}${isOpen ? ' is-open' : ''}"
      data-testid="row"
      data-id=${id}
      data-fresh-by=${mark?.by ?? nothing}
      aria-current=${isOpen ? 'true' : nothing}
    >
      ${input.columns.map((column) => {
        if (column.kind === 'title') return titleCell(model, input, { isCursor, isUnsaved }, rowPeople(people, more));
        if (column.kind === 'changed') return changedCell(model, when, by);
        return cell(model, column, input.resource);
      })}
    </tr>`,
  );
}

function markClass(mark: Mark | undefined): string {
  if (!mark) return '';
  return mark.isCalming ? ' is-calming' : ' is-fresh';
}

function titleCell(
  model: StetModel,
  { resource, hrefOf }: TableInput,
  { isCursor, isUnsaved }: { isCursor: boolean; isUnsaved: boolean },
  people: TemplateResult | typeof nothing,
): TemplateResult {
  const title = textOf(resource.fields[resource.title], model.get(resource.title) as Value);
  return html`<td class="col-title" role="cell">
    ${isUnsaved ? html`<span class="dot" title="Has edits of yours that are not saved"></span>` : nothing}
    ${people}<a class="row-link" href=${hrefOf(model.id as string)} tabindex=${isCursor ? 0 : -1} dir="auto" title=${title}
      >${title || 'Untitled'}</a
    >${isUnsaved ? html`<span class="visually-hidden">(not saved)</span>` : nothing}
  </td>`;
}

function cell(model: StetModel, { name, kind }: Column, resource: Resource): TemplateResult {
  const text = textOf(resource.fields[name], model.get(name) as Value);
  const value = model.get(name);
  return html`<td class="col-${kind}" role="cell" title=${text || nothing} dir="auto"
    data-value=${kind === 'choice' ? value : nothing}>${text}</td>`;
}

function changedCell(model: StetModel, when: string, by: string): TemplateResult {
  const at = String(model.get('updatedAt'));
  return html`<td class="col-changed" role="cell" title=${`${wholeTime(at)}, ${by}`}>
    <time datetime=${at}>${when}</time> <span class="who">${by}</span>
  </td>`;
}
