import type { Resource, VersionInfo } from '@stet/protocol';
import { html, nothing, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { capital, exactTime, type Naming } from '../form/words.js';
import { byDay, clockTime } from './days.js';
import { toldOf } from './how-words.js';
import type { TimelineState } from './timeline.js';

// The versions of a record, newest first, by day; each opens to what it changed.

export interface TimelineShown {
  state: TimelineState;
  resource: Resource;
  nameOf: Naming;
  now: number;
  prefix: string;
  /** What is drawn in the version that is open; null in the others. */
  body(made: VersionInfo): TemplateResult | null;
  onOpen(made: VersionInfo): void;
  onOlder(): void;
}

export function timelineTemplate(shown: TimelineShown): TemplateResult {
  const { state, now, onOlder } = shown;
  if (state.kind === 'loading') return html`<p class="stet-meta">Loading…</p>`;
  if (state.kind === 'failed') return html`<p class="text-danger">The history could not be read. ${state.detail}</p>`;
  return html`${repeat(
    byDay(state.items, now),
    ({ title }) => title,
    ({ title, items }) => html`<h3 class="stet-day">${title}</h3>
      <ol class="stet-versions">
        ${repeat(
          items,
          ({ version }) => version,
          (made) => entryTemplate(shown, made),
        )}
      </ol>`,
  )}
  ${state.detail === null ? nothing : html`<p class="text-danger">The history could not be read. ${state.detail}</p>`}
  ${
    state.next === null
      ? nothing
      : html`<button type="button" class="btn btn-sm btn-link stet-older" @click=${onOlder}>
          ${state.isReading ? 'Reading older versions…' : 'Older versions'}
        </button>`
  }`;
}

function entryTemplate({ resource, nameOf, prefix, body, onOpen }: TimelineShown, made: VersionInfo): TemplateResult {
  const { by, did, notes } = toldOf(resource, made, nameOf);
  const opened = body(made);
  const id = `${prefix}-version-${made.version}`;
  return html`<li class="stet-version" data-version=${made.version}>
    <button
      type="button" class="stet-version-head" aria-expanded=${opened ? 'true' : 'false'} aria-controls=${id}
      @click=${() => onOpen(made)}
    >
      <span class="stet-version-number"
        ><span class="stet-version-sign" aria-hidden="true">›</span><span class="visually-hidden">Version </span>${made.version}</span>
      <span class="stet-version-said"
        ><bdi class="stet-version-by">${capital(by)}</bdi> ${did}${notes.map(
          (note) => html`<span class="stet-version-note"><span class="visually-hidden">, </span>${note}</span>`,
        )}</span
      >
      <time class="stet-when" datetime=${made.at} title=${exactTime(made.at)}>${clockTime(made.at)}</time>
    </button>
    <div class="stet-version-body" id=${id} ?hidden=${opened === null}>${opened ?? nothing}</div>
  </li>`;
}
