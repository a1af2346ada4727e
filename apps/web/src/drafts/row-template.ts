import type { KeptDraft, Listed } from '@stet/client';
import type { Field, Resource, Value } from '@stet/protocol';
import { html, nothing, type TemplateResult } from 'lit-html';
import { fullWords, inWords } from '../form/field-text.js';
import { timeTemplate } from '../form/time.js';
import { baseWords, titleOf, whereWords } from './words.js';

// One of my drafts in the list of them: what it is of, what was typed, and the ways on.

export interface RowShown {
  listed: Listed;
  resource: Resource;
  prefix: string;
  now: number;
  isAsking: boolean;
  /** Why the last thing asked of it was not done. */
  failed: string | null;
  onOpen(): void;
  onAsk(): void;
  onKeep(): void;
  onDiscard(): void;
}

export function rowTemplate(shown: RowShown): TemplateResult {
  const { listed, resource, prefix, now, failed } = shown;
  const { kept, where } = listed;
  const id = `${prefix}-${kept.id}`;
  const title = titleOf(kept, resource);
  return html`<li class="draft" data-testid="draft" data-id=${kept.id} data-where=${where}>
    <div class="draft-head">
      <h3 class="draft-title" dir="auto" id=${id} title=${title}>${title}</h3>
      <span class="draft-where" data-parked=${kept.parked}>${whereWords(listed)}</span>
    </div>
    <p class="draft-from">${baseWords(kept, resource)}, typed ${timeTemplate(kept.at, now)}</p>
    <dl class="draft-typed">${typedTemplate(kept, resource)}</dl>
    ${failed ? html`<p class="draft-failed" role="alert">${failed}</p>` : nothing}
    ${shown.isAsking ? askTemplate(shown, id) : waysTemplate(shown, id)}
  </li>`;
}

const mostFields = 4;

function typedTemplate({ typed }: KeptDraft, { fields }: Resource): Array<TemplateResult | typeof nothing> {
  const known = Object.entries(fields).flatMap(([name, field]) => {
    const typing = typed[name];
    return typing ? [fieldTemplate(field, typing.value)] : [];
  });
  const rest = known.length - mostFields;
  if (rest <= 1) return known;
  return [...known.slice(0, mostFields), html`<div class="draft-rest"><dt>and ${rest} more</dt><dd></dd></div>`];
}

const fieldTemplate = (field: Field, value: Value): TemplateResult => html`<div>
  <dt>${field.label}</dt>
  <dd dir="auto" title=${fullWords(field, value)}>${inWords(field, value)}</dd>
</div>`;

function waysTemplate({ listed, onOpen, onAsk }: RowShown, id: string): TemplateResult | typeof nothing {
  if (listed.where === 'elsewhere') return nothing;
  return html`<div class="draft-ways">
    <button type="button" class="btn btn-sm btn-outline-primary" data-way="open" aria-describedby=${id} @click=${onOpen}>
      Open
    </button>
    <button type="button" class="btn btn-sm btn-outline-secondary" data-way="ask" aria-describedby=${id} @click=${onAsk}>
      Discard
    </button>
  </div>`;
}

function askTemplate({ onKeep, onDiscard }: RowShown, id: string): TemplateResult {
  return html`<div class="draft-ways" role="group" aria-describedby=${id} aria-label="Discard what you typed?">
    <strong>Discard what you typed?</strong>
    <button type="button" class="btn btn-sm btn-outline-secondary" data-way="keep" @click=${onKeep}>Keep it</button>
    <button type="button" class="btn btn-sm btn-danger" data-way="discard" @click=${onDiscard}>Discard it</button>
  </div>`;
}
