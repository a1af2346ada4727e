import { equal, type Field, type Value } from '@stet/protocol';
import { html, nothing, type TemplateResult } from 'lit-html';
import { listParts, type Part, setParts, textParts } from './diff-parts.js';
import { asText, fullWords } from './field-text.js';

// What differs between two values of a field, for people to read: text by word, lists by entry, all else as old and
// new. What went is <del>, what came is <ins>: struck and underlined, and css/diff.css names them to a screen reader.

/** One block, as wide as it may be; it grows with its content, so whoever shows it bounds its height. */
export function diffTemplate(field: Field, before: Value, after: Value): TemplateResult {
  if (equal(before, after)) return html`<div class="stet-diff" dir="auto">${fullWords(field, after)}</div>`;
  if (field.kind === 'list' || field.kind === 'set') return entriesTemplate(field, before, after);
  const isText = field.kind === 'text' || field.kind === 'line';
  const parts = isText ? textParts(asText(field, before), asText(field, after)) : null;
  return parts && !isEmpty(field, before) && !isEmpty(field, after)
    ? html`<div class="stet-diff" dir="auto">${parts.map((part) => textTemplate(part))}</div>`
    : wayTemplate(field, before, after);
}

const isEmpty = (field: Field, value: Value): boolean => asText(field, value) === '';

/** The whole old value, and the whole new one. */
function wayTemplate(field: Field, before: Value, after: Value): TemplateResult {
  const isLong = field.kind === 'text' && !isEmpty(field, before) && !isEmpty(field, after);
  return html`<div class="stet-diff ${isLong ? 'stet-diff-blocks' : ''}"
    >${isEmpty(field, before) ? noneTemplate() : html`<del dir="auto">${fullWords(field, before)}</del>`}<span
      class="stet-diff-way"
      ><span aria-hidden="true"> → </span><span class="visually-hidden"> to </span></span
    >${isEmpty(field, after) ? noneTemplate() : html`<ins dir="auto">${fullWords(field, after)}</ins>`}</div
  >`;
}

const noneTemplate = (): TemplateResult => html`<span class="stet-diff-none">(empty)</span>`;

function textTemplate(part: Part): TemplateResult | string {
  switch (part.kind) {
    case 'same':
      return part.text;
    case 'gone':
      return html`<del>${breakMark(part.text)}${part.text}</del>`;
    case 'come':
      return html`<ins>${breakMark(part.text)}${part.text}</ins>`;
    case 'left-out':
      return html`<span class="stet-diff-left-out" title="${part.count} characters that are the same">…</span>`;
  }
}

/** Blank lines that went or came would be seen by nobody. */
const breakMark = (text: string) =>
  text.trim() === '' && text.includes('\n')
    ? html`<span class="stet-diff-break" title="a line break">¶</span>`
    : nothing;

function entriesTemplate(field: Field, before: Value, after: Value): TemplateResult {
  const [old, now] = [entriesOf(before), entriesOf(after)];
  const parts = field.kind === 'set' ? setParts(old, now) : listParts(old, now);
  return html`<ul class="stet-diff stet-diff-entries">
    ${parts.map((part) => html`<li>${entryTemplate(part)}</li>`)}
  </ul>`;
}

function entryTemplate(part: Part): TemplateResult {
  switch (part.kind) {
    case 'same':
      return html`<span dir="auto">${part.text}</span>`;
    case 'gone':
      return html`<del dir="auto">${part.text}</del>`;
    case 'come':
      return html`<ins dir="auto">${part.text}</ins>`;
    case 'left-out':
      return html`<span class="stet-diff-left-out">${part.count} unchanged</span>`;
  }
}

const entriesOf = (value: Value): string[] => (Array.isArray(value) ? value : []);
