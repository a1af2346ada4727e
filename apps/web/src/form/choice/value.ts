import type { Field, Value } from '@stet/protocol';
import { html, nothing, type TemplateResult } from 'lit-html';
import { diffTemplate } from '../diff.js';
import { asText, fullWords } from '../field-text.js';

// One side's value as the person reads it: what differs from where both started, for texts and lists; the value itself
// for what is short.

const isWoven = ({ kind }: Field): boolean => kind === 'text' || kind === 'list' || kind === 'set';

// What is longer than this has a bounded height of its own, and can be scrolled by keyboard.
const [longText, longList] = [600, 8];

/** `what`: whose it is, for who can't see where it stands. `before` undefined: the value alone. */
export function valueTemplate(field: Field, value: Value, what: string, before?: Value): TemplateResult {
  const text = asText(field, value) + asText(field, before ?? null);
  const isLong = text.length > longText || text.split('\n').length > longList;
  const shown =
    before !== undefined && isWoven(field) ? diffTemplate(field, before, value) : html`${fullWords(field, value)}`;
  return html`<div
    class="stet-value ${isLong ? 'stet-value-long' : ''}" dir="auto" tabindex=${isLong ? '0' : nothing}
    role=${isLong ? 'group' : nothing} aria-label=${isLong ? `${what}: ${field.label}` : nothing}
  >${shown}</div>`;
}
