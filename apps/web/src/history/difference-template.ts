import type { StetModel, Wanted, WholeVersion } from '@stet/client';
import { html, nothing, type TemplateResult } from 'lit-html';
import { guard } from 'lit-html/directives/guard.js';
import { repeat } from 'lit-html/directives/repeat.js';
import { diffTemplate } from '../form/diff.js';
import { asText } from '../form/field-text.js';
import { labelOf, listed } from '../form/words.js';
import { asOne, awayFromNow, contentOf, type DifferenceState, differing } from './difference.js';
import { type Telling, typedWords, wholeWords } from './outcome-words.js';

// What differs between two versions, field by field, with the ways back to either.

export interface DifferenceShown {
  state: DifferenceState;
  record: StetModel;
  telling: Telling;
  canWrite: boolean;
  /** Before each id. */
  prefix: string;
  /** Whose whole content may be brought back from here. */
  whole: ReadonlyArray<'from' | 'to'>;
  /** `fields`: what differs from what stands now, of what is asked for. */
  onRestore(wanted: Wanted, fields: readonly string[]): void;
}

export function differenceTemplate(shown: DifferenceShown): TemplateResult {
  const { state, telling } = shown;
  if (state.kind === 'loading') return html`<p class="stet-meta">Loading…</p>`;
  if (state.kind === 'failed') return html`<p class="text-danger">The versions could not be read. ${state.detail}</p>`;
  const { from, to } = state;
  const names = differing(telling.resource, from, to);
  return html`<div class="stet-difference">
    ${names.length === 0 ? html`<p class="stet-meta">Nothing differs.</p>` : nothing}
    ${to.obj === null ? html`<p class="stet-meta">Version ${to.version} is the deletion: it has no content.</p>` : nothing}
    <dl>${to.obj === null && from ? nothing : names.map((name) => fieldTemplate(shown, name, from, to))}</dl>
    ${shown.canWrite ? waysTemplate(shown, from, to) : nothing}
  </div>`;
}

// What is longer than this has a bounded height of its own.
const long = 900;

function fieldTemplate(
  shown: DifferenceShown,
  name: string,
  from: WholeVersion | null,
  to: WholeVersion,
): TemplateResult | typeof nothing {
  const { resource } = shown.telling;
  const field = resource.fields[name];
  if (!field) return nothing;
  const [before, after] = [contentOf(resource, from)[name] ?? null, contentOf(resource, to)[name] ?? null];
  const isLong = asText(field, before).length + asText(field, after).length > long;
  return html`<div class="stet-difference-field" data-field=${name}>
    <dt>${field.label}</dt>
    <dd class=${isLong ? 'stet-difference-long' : ''} tabindex=${isLong ? '0' : nothing}>
      ${guard([from?.version, to.version, name], () => diffTemplate(field, before, after))}
    </dd>
    ${shown.canWrite ? fieldWays(shown, name, [from, to]) : nothing}
  </div>`;
}

function fieldWays(
  { record, telling, onRestore }: DifferenceShown,
  name: string,
  sides: ReadonlyArray<WholeVersion | null>,
): TemplateResult | typeof nothing {
  const { resource } = telling;
  const offered = sides.flatMap((side) => {
    // Single fields go into what stands now; a deleted record has nothing that they could go into.
    const away = side?.obj ? awayFromNow(record, side) : null;
    return side && away?.includes(name) ? [{ version: side.version, fields: asOne(resource, name, away) }] : [];
  });
  if (offered.length === 0) return nothing;
  const typed = typedWords(telling, [name]);
  return html`<dd class="stet-difference-ways">
    ${repeat(
      // A button never becomes another one under the finger.
      offered,
      ({ version }) => version,
      ({ version, fields }) => {
        const labels = listed(fields.map((each) => labelOf(resource, each)));
        return html`<button
          type="button" class="btn btn-sm btn-outline-secondary"
          title="Makes a new version of what stands now, with ${labels} as in version ${version}."
          @click=${() => onRestore({ version, fields }, fields)}
        >Restore ${labels} of version ${version}</button>`;
      },
    )}${typed ? html`<span class="stet-when">${typed}</span>` : nothing}
  </dd>`;
}

function waysTemplate(shown: DifferenceShown, from: WholeVersion | null, to: WholeVersion): TemplateResult {
  const sides = shown.whole.map((side) => (side === 'from' ? from : to));
  return html`${sides.map((side) => wholeWay(shown, side))}`;
}

function wholeWay(
  { record, telling, prefix, onRestore }: DifferenceShown,
  side: WholeVersion | null,
): TemplateResult | typeof nothing {
  if (!side?.obj) return nothing;
  const { version } = side;
  const away = awayFromNow(record, side);
  if (away?.length === 0) return html`<p class="stet-meta">Version ${version} is what stands now.</p>`;
  const id = `${prefix}-whole-${version}`;
  return html`<div class="stet-difference-whole">
    <button
      type="button" class="btn btn-sm btn-outline-primary" aria-describedby=${id}
      @click=${() => onRestore({ version }, away ?? Object.keys(telling.resource.fields))}
    >Restore version ${version}</button>
    <span class="stet-when" id=${id}>${wholeWords(telling, version, away)}</span>
  </div>`;
}
