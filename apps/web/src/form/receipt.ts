import type { Overtaken } from '@stet/client';
import type { Receipt, Resource, Value } from '@stet/protocol';
import { html, nothing, type TemplateResult } from 'lit-html';
import { overtakenWords } from './banner-words.js';
import { diffTemplate } from './diff.js';
import type { Parts } from './receipt-parts.js';
import { receiptWords, writersOf } from './receipt-words.js';
import { labelOf, listed, type Naming } from './words.js';

// A save that was combined with somebody else's (M4): whose part is whose, word by word on demand, and the way back
// out of it. What became of that way is told in the same place.

export interface ReceiptShown {
  resource: Resource;
  receipt: Receipt | null;
  told: string | null;
  /** What others have saved since; it has its banner after this. */
  meanwhile: Overtaken | null;
  /** What was combined; null while nobody asks for it. */
  parts: Parts | null;
  /** False where it was tried and can't be done any more. */
  canUndo: boolean;
  nameOf: Naming;
  isRestored(version: number): boolean;
  onParts(): void;
  onUndo(): void;
  onDismiss(): void;
}

export function receiptTemplate(shown: ReceiptShown): TemplateResult {
  const { resource, receipt, told, nameOf, parts } = shown;
  const [first, ...rest] = receipt ? receiptWords(resource, receipt, nameOf) : [];
  return html`<div class="stet-banner stet-receipt alert alert-info ${parts ? 'stet-banner-whole' : ''}" data-testid="receipt">
    <div class="stet-banner-head">
      <div class="stet-receipt-said">
        ${receipt ? html`<p><strong>${first}</strong> ${rest.join(' ')}</p>` : nothing}
        ${told === null ? nothing : html`<p>${told}</p>`}
        ${meanwhileTemplate(shown)}
      </div>
      ${receipt ? buttonsTemplate(shown) : nothing}
      <button type="button" class="btn btn-sm btn-outline-secondary" @click=${shown.onDismiss}>Dismiss</button>
    </div>
    ${receipt && parts ? partsTemplate(resource, receipt, parts, nameOf) : nothing}
  </div>`;
}

function meanwhileTemplate({ resource, meanwhile, isRestored }: ReceiptShown): TemplateResult | typeof nothing {
  if (!meanwhile) return nothing;
  const labels = meanwhile.fields.map(({ name }) => labelOf(resource, name));
  const which = labels.length > 0 ? `: ${listed(labels)}` : '';
  return html`<p class="stet-meanwhile">Since then: ${overtakenWords(meanwhile, isRestored)}${which}.</p>`;
}

const buttonsTemplate = ({ parts, canUndo, onParts, onUndo }: ReceiptShown): TemplateResult => html`
  <button
    type="button" class="btn btn-sm btn-link" aria-expanded=${parts ? 'true' : 'false'} @click=${onParts}
  >${parts ? 'Show less' : 'What was combined'}</button>
  ${canUndo ? html`<button type="button" class="btn btn-sm btn-outline-secondary" @click=${onUndo}>Undo</button>` : nothing}
`;

function partsTemplate(resource: Resource, receipt: Receipt, parts: Parts, nameOf: Naming): TemplateResult {
  if (parts.kind === 'loading') return html`<p class="stet-receipt-parts">Loading…</p>`;
  if (parts.kind === 'failed') {
    return html`<p class="stet-receipt-parts text-danger">What was combined could not be read. ${parts.detail}</p>`;
  }
  const names = Object.keys(resource.fields).filter((name) => receipt.fields[name] !== undefined);
  return html`<div class="stet-receipt-parts" role="group" tabindex="0" aria-label="What was combined">
    <dl>${names.map((name) => fieldTemplate(resource, receipt, parts, name, nameOf))}</dl>
  </div>`;
}

function fieldTemplate(
  resource: Resource,
  receipt: Receipt,
  { base, theirs, made }: Extract<Parts, { kind: 'ready' }>,
  name: string,
  nameOf: Naming,
): TemplateResult | typeof nothing {
  const field = resource.fields[name];
  if (!field) return nothing;
  const verdict = receipt.fields[name];
  const writers = writersOf(receipt, name, nameOf).map(nameOf);
  const others = listed(writers.length > 0 ? writers : [nameOf(null)]);
  const side = (heading: string, before: Value = null, after: Value = null) =>
    html`<dd><span class="stet-when">${heading}</span> ${diffTemplate(field, before, after)}</dd>`;
  return html`<div class="stet-receipt-part" data-part=${name}>
    <dt>${field.label}</dt>
    ${verdict === 'mine' ? nothing : side(`What ${others} changed`, base[name], theirs[name])}
    ${verdict === 'theirs' ? nothing : side('What you changed', theirs[name], made[name])}
  </div>`;
}
