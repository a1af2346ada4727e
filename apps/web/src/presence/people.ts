import type { Person, Resource } from '@stet/protocol';
import { html, nothing, type TemplateResult } from 'lit-html';
import { chips } from './chips.js';
import { fieldWords, headWords, rowWords, thoseIn } from './words.js';

// Who is there, in the three places that say it: a row of the list, the head of a form, the label of a field. Each has
// its room whether or not somebody is there, so that nobody's coming moves anything (C1).

export function rowPeople(people: readonly Person[], more: number): TemplateResult | typeof nothing {
  const words = rowWords(people, more);
  return words === ''
    ? nothing
    : html`<span class="row-people" data-testid="row-people" title=${words}>${chips(people, more)}<span class="visually-hidden">${words}.</span></span>`;
}

export function headPeople(people: readonly Person[], more: number, resource: Resource): TemplateResult {
  const parts = headWords(people, more, resource);
  return html`<p class="stet-people" data-testid="people" title=${rowWords(people, more) || nothing}>
    ${parts.length > 0 ? chips(people, more) : nothing}
    <span class="stet-people-said">${parts.join('. ')}</span>
  </p>`;
}

export function fieldPeople(people: readonly Person[], field: string): TemplateResult | typeof nothing {
  const there = thoseIn(people, field);
  if (there.length === 0) return nothing;
  const words = fieldWords(there, field);
  return html`${chips(there)} <span class="stet-there-said" title=${words}>${words}</span>`;
}
