import type { Draft, History } from '@stet/client';
import type { VersionInfo } from '@stet/protocol';
import { html, nothing, type TemplateResult } from 'lit-html';
import { timeTemplate } from './time.js';
import { labelOf, listed, type Naming } from './words.js';

// The head of the form: which record this is, and its history on demand.

export interface HeaderShown {
  draft: Draft;
  prefix: string;
  now: number;
  /** Null while it is closed. */
  history: History | 'loading' | null;
  nameOf: Naming;
  onHistory(): void;
  onOlder(): void;
}

export function headerTemplate({ draft, prefix, history, onHistory }: HeaderShown): TemplateResult {
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

export function historyTemplate({ draft, prefix, now, history, nameOf, onOlder }: HeaderShown): TemplateResult {
  return html`<section class="stet-history" id="${prefix}-history" aria-label="History" ?hidden=${history === null}>
    ${history === null ? nothing : entriesTemplate(draft, now, history, nameOf, onOlder)}
  </section>`;
}

function entriesTemplate(
  draft: Draft,
  now: number,
  history: History | 'loading',
  nameOf: Naming,
  onOlder: () => void,
): TemplateResult {
  if (history === 'loading') return html`<p class="stet-meta">Loading…</p>`;
  if (history.kind === 'failed')
    return html`<p class="text-danger">The history could not be read. ${history.detail}</p>`;
  const labels = (fields: string[]) => listed(fields.map((name) => labelOf(draft.resource, name)));
  const verbs = { create: 'created it with', update: 'changed', destroy: 'deleted it' };
  const verbOf = ({ action, version }: VersionInfo) =>
    action === 'create' && version > 1 ? 'restored it with' : verbs[action];
  return html`<ol class="stet-versions" tabindex="0">
      ${history.items.map(
        (made) => html`<li>
          <strong>${made.version}</strong>
          <span>${nameOf(made.by)} ${verbOf(made)} ${labels(made.fields)}</span>
          ${timeTemplate(made.at, now)}
        </li>`,
      )}
    </ol>
    ${
      history.next === null
        ? nothing
        : html`<button type="button" class="btn btn-sm btn-link" @click=${onOlder}>Older versions</button>`
    }`;
}
