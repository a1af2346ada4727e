import type { Draft } from '@stet/client';
import type { Field, Person } from '@stet/protocol';
import { html, nothing, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { fieldPeople } from '../presence/people.js';
import type { Naming } from './words.js';

// The grid of fields, drawn from the resource. No value is bound here: field-input.ts keeps the inputs.

export interface FieldsShown {
  draft: Draft;
  /** Who else is at the record. */
  there: readonly Person[];
  nameOf: Naming;
  /** Before each id, so that two forms can stand on one page. */
  prefix: string;
  readonly: boolean;
  issues: ReadonlyMap<string, string>;
}

export function fieldsTemplate(shown: FieldsShown): TemplateResult {
  const entries = Object.entries(shown.draft.resource.fields);
  return html`<div class="stet-fields">
    ${repeat(
      entries,
      ([name]) => name,
      ([name, field]) => fieldTemplate(shown, name, field),
    )}
  </div>`;
}

function fieldTemplate(shown: FieldsShown, name: string, field: Field): TemplateResult {
  const { draft, there, prefix, issues } = shown;
  const id = `${prefix}-${name}`;
  const issue = issues.get(name);
  const isLong = field.kind === 'text' || name === draft.resource.title;
  return html`<div
    class="stet-field ${isLong ? 'stet-field-long' : ''} ${draft.isTouched(name) ? 'stet-field-edited' : ''}"
    data-field=${name}
  >
    <div class="stet-label">
      <label class="form-label" for=${id}
        >${field.label}${field.required ? html`<span class="text-danger" aria-hidden="true"> *</span>` : nothing}</label
      >
      <span class="stet-there" data-testid="there" id="${id}-there">${fieldPeople(there, name)}</span>
      <span class="stet-mark" id="${id}-mark">${markOf(shown, name)}</span>
    </div>
    ${controlTemplate(shown, name, field, id)}
    <div class="invalid-feedback" id="${id}-issue">${issue ?? ''}</div>
    ${field.help ? html`<div class="form-text" id="${id}-help">${field.help}</div>` : nothing}
  </div>`;
}

function markOf({ draft, nameOf }: FieldsShown, name: string): TemplateResult | typeof nothing {
  const by = draft.freshBy(name);
  if (by !== undefined && !draft.isTouched(name)) {
    const words = `just changed by ${nameOf(by)}`;
    return html`<span class="stet-fresh" title=${words}>${words}</span>`;
  }
  return draft.isTouched(name) ? html`<span class="stet-edited">edited</span>` : nothing;
}

function controlTemplate(shown: FieldsShown, name: string, field: Field, id: string): TemplateResult {
  const issue = shown.issues.get(name);
  const described = [issue ? `${id}-issue` : '', field.help ? `${id}-help` : '', `${id}-there`, `${id}-mark`]
    .filter(Boolean)
    .join(' ');
  const invalid = issue ? 'true' : 'false';
  const bad = issue ? 'is-invalid' : '';
  if (field.kind === 'choice') {
    return html`<select
      class="form-select form-select-sm ${bad}" id=${id} name=${name} ?disabled=${shown.readonly}
      aria-describedby=${described} aria-invalid=${invalid}
    >
      ${Object.entries(field.choices ?? {}).map(([value, label]) => html`<option value=${value}>${label}</option>`)}
    </select>`;
  }
  if (field.kind === 'line' || field.kind === 'integer') {
    return html`<input
      class="form-control form-control-sm ${bad}" id=${id} name=${name} type="text" dir="auto" autocomplete="off"
      inputmode=${field.kind === 'integer' ? 'numeric' : 'text'} ?readonly=${shown.readonly}
      ?required=${field.required} aria-describedby=${described} aria-invalid=${invalid}
    />`;
  }
  return html`<textarea
    class="form-control form-control-sm ${bad}" id=${id} name=${name} dir="auto" rows=${field.kind === 'text' ? 3 : 2}
    ?readonly=${shown.readonly} ?required=${field.required} aria-describedby=${described} aria-invalid=${invalid}
  ></textarea>`;
}
