import type { Draft, Overtaken } from '@stet/client';
import { equal, type Value } from '@stet/protocol';
import { html, nothing, type TemplateResult } from 'lit-html';
import { overtakenWords } from './banner-words.js';
import { fullWords, inWords } from './field-text.js';
import { timeTemplate } from './time.js';
import type { Naming } from './words.js';

// What others saved while this record is open (C3): who, when, which fields, from what to what, whether they are mine
// too, and what a save would do with them. There is one banner; it stays until it is dealt with.

export interface BannerShown {
  draft: Draft;
  overtaken: Overtaken;
  canWrite: boolean;
  now: number;
  nameOf: Naming;
  isRestored(version: number): boolean;
  isWhole: boolean;
  onWhole(): void;
  onDecide(): void;
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
  const { conflicts } = draft.clashes;
  const said = overtakenWords(overtaken, shown.isRestored);
  const last = overtaken.changes.at(-1);
  return html`<div
    class="stet-banner alert ${conflicts.length > 0 ? 'alert-warning' : 'alert-info'} ${isWhole ? 'stet-banner-whole' : ''}"
    data-testid="banner" data-kind="overtaken"
  >
    <div class="stet-banner-head">
      <p class="stet-banner-said">
        <strong title=${isWhole ? nothing : said}>${said}</strong>
        ${last ? timeTemplate(last.at, now) : nothing}
      </p>
      ${
        conflicts.length > 0 && shown.canWrite
          ? html`<button type="button" class="btn btn-sm btn-outline-primary" @click=${shown.onDecide}>Decide now</button>`
          : nothing
      }
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

type Field = Overtaken['fields'][number];

function changeTemplate(shown: BannerShown, changed: Field): TemplateResult | typeof nothing {
  const { draft, overtaken, nameOf, isWhole } = shown;
  const { name, before, after, by } = changed;
  const field = draft.resource.fields[name];
  if (!field) return nothing;
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
    <span class="stet-note ${draft.isTouched(name) ? 'stet-note-mine' : ''}">${outlook(shown, changed)}</span>
  </li>`;
}

/** What becomes of a field of theirs in this form. */
function outlook({ draft }: BannerShown, { name, after }: Field): string {
  if (!draft.isTouched(name)) return 'now shown in your form';
  const { conflicts, merged } = draft.clashes;
  if (conflicts.includes(name)) return 'you changed this too: saving will ask you';
  if (merged.includes(name)) return 'you changed this too: yours and theirs will be combined';
  return equal(draft.get(name) as Value, after) ? 'you typed the same' : 'you changed this too: yours stays';
}
