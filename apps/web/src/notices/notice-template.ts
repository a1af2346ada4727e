import type { Notice, Resource } from '@stet/protocol';
import { html, nothing, type TemplateResult } from 'lit-html';
import { fullWords, inWords } from '../form/field-text.js';
import { timeTemplate } from '../form/time.js';
import { restoreWords, saidWords, titleOf } from './words.js';

// One notice: whose value took the place of which of mine, and the ways on.

/** What came of the last thing that was asked. */
export interface Came {
  words: string;
  /** `done`: the notice is dealt with. `refused`: asked again, the answer would be the same. */
  kind: 'done' | 'refused' | 'failed';
}

export interface NoticeShown {
  notice: Notice;
  resource: Resource;
  now: number;
  href: string;
  canWrite: boolean;
  came: Came | null;
  /** What there is to do with all of them. */
  all: TemplateResult;
  onRestore(): void;
  onDismiss(): void;
}

export function noticeTemplate(shown: NoticeShown): TemplateResult {
  const { notice, resource, now, href, came } = shown;
  const isOpen = came?.kind !== 'done' && came?.kind !== 'refused';
  return html`<div class="notice-one" data-seq=${notice.seq}>
    <p class="notice-said">
      <strong>${saidWords(notice, resource)}</strong> in “<bdi>${titleOf(notice, resource)}</bdi>” ${timeTemplate(notice.at, now)}
    </p>
    ${came?.kind === 'done' ? nothing : fieldsTemplate(notice, resource)}
    ${came ? html`<p class="notice-came" data-testid="notice-came" data-kind=${came.kind}>${came.words}</p>` : nothing}
    <div class="notice-ways">
      ${
        shown.canWrite && isOpen
          ? html`<button type="button" class="btn btn-sm btn-primary" data-way="restore" @click=${shown.onRestore}>
              ${restoreWords(notice, resource)}
            </button>`
          : nothing
      }
      <a class="btn btn-sm btn-outline-secondary" href=${href} data-way="in">Open</a>
      <button type="button" class="btn btn-sm btn-outline-secondary" data-way="dismiss" @click=${shown.onDismiss}>
        ${came?.kind === 'done' ? 'Close' : 'Dismiss'}
      </button>
      ${shown.all}
    </div>
  </div>`;
}

/** A deletion leaves no value in the place of mine. */
function fieldsTemplate({ fields }: Notice, resource: Resource): TemplateResult {
  return html`<ul class="notice-fields" tabindex="0" aria-label="What was replaced">
    ${Object.entries(fields).map(([name, { was, now }]) => {
      const field = resource.fields[name];
      if (!field) return nothing;
      return html`<li>
        <strong>${field.label}</strong> was <del dir="auto" title=${fullWords(field, was)}>${inWords(field, was)}</del>${
          now === undefined
            ? nothing
            : html`, is now <ins dir="auto" title=${fullWords(field, now)}>${inWords(field, now)}</ins>`
        }
      </li>`;
    })}
  </ul>`;
}
