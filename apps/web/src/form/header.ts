import type { Draft } from '@stet/client';
import type { Person } from '@stet/protocol';
import { html, nothing, type TemplateResult } from 'lit-html';
import { headPeople } from '../presence/people.js';
import { timeTemplate } from './time.js';

// The head of the form: which record this is, who else is at it, and the way to its history.

export interface HeaderShown {
  draft: Draft;
  /** Who else is at the record. */
  there: { people: readonly Person[]; more: number };
  prefix: string;
  /** Whether the history is open. */
  history: boolean;
  onHistory(): void;
}

export function headerTemplate({ draft, there, prefix, history, onHistory }: HeaderShown): TemplateResult {
  const { record, resource } = draft;
  const title = record?.get(resource.title);
  return html`<header class="stet-head">
    <h2 class="stet-title" dir="auto" id="${prefix}-heading">${record ? title || 'Without a title' : `New ${resource.label.one}`}</h2>
    ${
      record
        ? html`<button
            type="button" class="btn btn-sm btn-outline-secondary" aria-expanded=${history ? 'true' : 'false'}
            aria-controls="${prefix}-history" @click=${onHistory}
          >History</button>`
        : nothing
    }
    ${headPeople(there.people, there.more, resource)}
  </header>`;
}

/** What stands in the banner's place while there is none. */
export function metaTemplate(draft: Draft, author: string | null, now: number, canWrite: boolean) {
  const { record, resource } = draft;
  if (!record) return html`<p class="stet-meta">Not saved yet: the first save makes version 1.</p>`;
  const by = author ? html` by ${author}` : nothing;
  return html`<p class="stet-meta">
      Version ${record.get('version')} · changed ${timeTemplate(String(record.get('updatedAt')), now)}${by}
    </p>
    <p class="stet-meta">
      ${
        canWrite
          ? `What others save of this ${resource.label.one} is told here. It never touches what you type.`
          : `You can read this ${resource.label.one}. Your role does not allow changes to it.`
      }
    </p>`;
}
