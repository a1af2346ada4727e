import type { Draft, Overtaken } from '@stet/client';
import type { Value } from '@stet/protocol';
import { html, nothing, type TemplateResult } from 'lit-html';
import { fullWords, inWords } from './field-text.js';
import { timeTemplate } from './time.js';
import { type Naming, overtakenWords } from './words.js';

// What others saved while this record is open (C3): who, when, which fields, from what to what, and whether they are
// mine too. There is one banner; it stays until it is dealt with.

export interface BannerShown {
  draft: Draft;
  overtaken: Overtaken;
  now: number;
  nameOf: Naming;
  isRestored(version: number): boolean;
  isWhole: boolean;
  onWhole(): void;
  onDismiss(): void;
}

export function bannerTemplate(shown: BannerShown): TemplateResult {
  const { draft, overtaken, now, isWhole } = shown;
  const { resource } = draft;
  const known = overtaken.fields.filter(({ name }) => resource.fields[name] !== undefined);
  const [mine, others] = [
    known.filter(({ name }) => draft.isTouched(name)),
    known.filter(({ name }) => !draft.isTouched(name)),
  ];
  const fields = [...mine, ...others];
  const said = overtakenWords(overtaken, shown.isRestored);
  const last = overtaken.changes.at(-1);
  return html`<div
    class="stet-banner alert ${mine.length > 0 ? 'alert-warning' : 'alert-info'} ${isWhole ? 'stet-banner-whole' : ''}"
    data-testid="banner" data-kind="overtaken"
  >
    <div class="stet-banner-head">
      <p class="stet-banner-said">
        <strong title=${isWhole ? nothing : said}>${said}</strong>
        ${last ? timeTemplate(last.at, now) : nothing}
      </p>
      ${
        fields.length > 0
          ? html`<button
              type="button" class="btn btn-sm btn-link" aria-expanded=${isWhole ? 'true' : 'false'}
              @click=${shown.onWhole}
            >${isWhole ? 'Show less' : `Show all${fields.length > 1 ? ` ${fields.length}` : ''}`}</button>`
          : nothing
      }
      <button type="button" class="btn btn-sm btn-outline-secondary" @click=${shown.onDismiss}>Dismiss</button>
    </div>
    <ul class="stet-banner-list" tabindex="0" aria-label="What changed">
      ${fields.map((field) => changeTemplate(shown, field))}
    </ul>
  </div>`;
}

function changeTemplate(
  { draft, overtaken, nameOf, isWhole }: BannerShown,
  { name, before, after, by }: Overtaken['fields'][number],
): TemplateResult | typeof nothing {
  const field = draft.resource.fields[name];
  if (!field) return nothing;
  const isMine = draft.isTouched(name);
  const many = new Set(overtaken.changes.map((change) => change.by?.id)).size > 1;
  const words = isWhole ? fullWords : inWords;
  // Where a value is shortened, the whole of it is a hover away.
  const whole = (value: Value) => (isWhole ? nothing : fullWords(field, value));
  return html`<li>
    <strong>${field.label}</strong>
    <span class="stet-way"
      ><span class="visually-hidden">from </span><del dir="auto" title=${whole(before)}>${words(field, before)}</del> <span aria-hidden="true"
        >→</span
      ><span class="visually-hidden"> to </span> <ins dir="auto" title=${whole(after)}>${words(field, after)}</ins>${
        many ? html` <span class="stet-when">by ${nameOf(by)}</span>` : nothing
      }</span
    >
    <span class="stet-note ${isMine ? 'stet-note-mine' : ''}">${
      isMine ? 'you changed this as well: you will be asked when you save' : 'now shown in your form'
    }</span>
  </li>`;
}
