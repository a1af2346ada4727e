import type { Resource } from '@stet/protocol';
import { html, nothing, type TemplateResult } from 'lit-html';
import { type Beside, besideWords } from './words.js';

// Under the form: what else there is of mine. It comes and goes at the pane's lower edge, and moves no field.

export function besideTemplate(
  beside: Beside,
  resource: Resource,
  onGoOn: (id: string) => void,
): TemplateResult | typeof nothing {
  const words = besideWords(beside, resource, Date.now());
  if (words === null) return nothing;
  return html`<p class="beside" data-testid="beside" data-kind=${beside.kind}>
    <span>${words}</span>
    ${
      beside.kind === 'waiting'
        ? html`<button type="button" class="btn btn-sm btn-outline-secondary" @click=${() => onGoOn(beside.id)}>
            Go on with them here
          </button>`
        : nothing
    }
  </p>`;
}
