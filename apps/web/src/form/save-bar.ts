import type { DraftState, FieldChange, WhyPassing } from '@stet/client';
import type { Resource } from '@stet/protocol';
import { html, nothing, type TemplateResult } from 'lit-html';
import { inWords } from './field-text.js';
import { againWords } from './save-words.js';
import { labelOf } from './words.js';

// The bar below the fields: the save state in words (C6), and what can be done now. Questions are asked in it.

/**
 * What the bar asks before it is done. `overtaken`: the version that was confirmed is no longer the current one.
 * `again`: agreed to, and tried again by itself.
 */
export type Asking =
  | { kind: 'nothing' }
  | { kind: 'discard' }
  | { kind: 'delete'; version: number; overtaken: Overtaking | null; failed: string | null; again: WhyPassing | null };

/** By whom and how a record was changed before it could be deleted. */
export interface Overtaking {
  by: string;
  fields: FieldChange[];
}

export interface SaveBarShown {
  resource: Resource;
  state: DraftState;
  words: string;
  /** What was typed is kept on this device; `isKept`: all of it stands there already. */
  canKeep: boolean;
  isKept: boolean;
  /** Something is under way. */
  isBusy: boolean;
  asking: Asking;
  isDirty: boolean;
  isNew: boolean;
  /** False for readers, and where there is nothing left to save to. */
  canSave: boolean;
  canDiscard: boolean;
  canDelete: boolean;
  onSave(): void;
  onAsk(asking: 'discard' | 'delete'): void;
  onDiscard(): void;
  onDelete(): void;
  onCancel(): void;
  onClose(): void;
}

export function saveBarTemplate(shown: SaveBarShown): TemplateResult {
  const { state, words, asking, canKeep, isKept, isBusy } = shown;
  const isBad = state.kind === 'failed' || (state.kind === 'orphaned' && shown.isDirty);
  return html`<div class="stet-bar">
    <div class="progress-line stet-bar-progress ${isBusy ? 'is-loading' : ''}" aria-hidden="true"></div>
    <div class="stet-state ${isBad ? 'stet-state-bad' : ''}">
      <p role="status" data-testid="save-state" data-state=${state.kind} data-kept=${isKept ? 'true' : 'false'}>${words}</p>
      ${shown.isDirty && canKeep ? html`<p class="stet-kept" data-testid="kept">Kept on this device</p>` : nothing}
    </div>
    ${asking.kind === 'nothing' ? buttonsTemplate(shown) : askTemplate(shown, asking)}
  </div>`;
}

function buttonsTemplate(shown: SaveBarShown): TemplateResult {
  const { state, isDirty } = shown;
  return html`<div class="stet-bar-buttons">
    ${
      shown.canDelete
        ? html`<button type="button" class="btn btn-sm btn-outline-danger" @click=${() => shown.onAsk('delete')}>Delete</button>`
        : nothing
    }
    <button type="button" class="btn btn-sm btn-outline-secondary" title="Esc" @click=${shown.onClose}>
      ${isDirty ? 'Close, keep draft' : 'Close'}
    </button>
    ${shown.canDiscard && state.kind !== 'choosing' ? discardTemplate(shown) : nothing}
    ${shown.canSave && state.kind !== 'choosing' ? saveTemplate(shown) : nothing}
  </div>`;
}

const discardTemplate = ({ state, isDirty, onAsk }: SaveBarShown): TemplateResult =>
  html`<button
    type="button" class="btn btn-sm btn-outline-secondary" ?disabled=${!isDirty || state.kind === 'saving'}
    @click=${() => onAsk('discard')}
  >Discard my changes</button>`;

const saveTemplate = ({ state, isDirty, isNew, onSave }: SaveBarShown): TemplateResult =>
  html`<button
    type="button" class="btn btn-sm btn-primary" title="Ctrl+S" aria-keyshortcuts="Control+S Meta+S"
    ?disabled=${!(isDirty || isNew) || state.kind === 'saving'} @click=${onSave}
  >Save</button>`;

function askTemplate(shown: SaveBarShown, asking: Exclude<Asking, { kind: 'nothing' }>): TemplateResult {
  const { one } = shown.resource.label;
  const isDelete = asking.kind === 'delete';
  const question = isDelete
    ? `Delete version ${asking.version} of this ${one}${shown.isDirty ? ', and what you typed' : ''}?`
    : 'Discard what you typed and have not saved?';
  return html`<div class="stet-ask" role="group" aria-label=${question}>
    ${isDelete && asking.failed ? html`<p class="text-danger" role="alert">Not deleted: ${asking.failed}</p>` : nothing}
    ${isDelete && asking.again ? html`<p role="status">Not deleted yet: ${againWords(asking.again)}</p>` : nothing}
    ${isDelete && asking.overtaken ? overtakingTemplate(shown.resource, asking.version, asking.overtaken) : nothing}
    <span class="stet-question-asked">${question}</span>
    <div class="stet-bar-buttons">
      <button type="button" class="btn btn-sm btn-outline-secondary" data-ask="cancel" @click=${shown.onCancel}>
        ${isDelete ? 'Keep it' : 'Keep what I typed'}
      </button>
      <button type="button" class="btn btn-sm btn-danger" @click=${isDelete ? shown.onDelete : shown.onDiscard}>
        ${isDelete ? `Delete version ${asking.version}` : 'Discard'}
      </button>
    </div>
  </div>`;
}

function overtakingTemplate(resource: Resource, version: number, { by, fields }: Overtaking): TemplateResult {
  const changes = fields.flatMap(({ name, before, after }) => {
    const field = resource.fields[name];
    return field ? [`${labelOf(resource, name)}: ${inWords(field, before)} → ${inWords(field, after)}`] : [];
  });
  return html`<p class="stet-overtaking" role="alert">
    <strong>Nothing was deleted: meanwhile ${by} saved version ${version}.</strong>
    ${changes.map((change) => html`<span dir="auto">${change}</span>`)}
  </p>`;
}
