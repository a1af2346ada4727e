import type { VersionInfo } from '@stet/protocol';
import { html, nothing, type TemplateResult } from 'lit-html';
import { type Telling, undoWords } from './outcome-words.js';

// Above the timeline: the way back out of one's own last save, and any two versions to compare.

export interface ToolbarShown {
  prefix: string;
  telling: Telling;
  /** The save that can be undone; null where there is none, or the person may not write. */
  undoable: VersionInfo | null;
  newest: number;
  /** Why the two numbers cannot be compared. */
  fault: string | null;
  onUndo(made: VersionInfo): void;
  onCompare(from: string, to: string): void;
}

export function toolbarTemplate(shown: ToolbarShown): TemplateResult {
  return html`${undoTemplate(shown)} ${shown.newest > 1 ? compareTemplate(shown) : nothing}`;
}

function undoTemplate({ prefix, telling, undoable, onUndo }: ToolbarShown): TemplateResult | typeof nothing {
  if (!undoable) return nothing;
  const id = `${prefix}-undo`;
  return html`<div class="stet-history-undo">
    <button
      type="button" class="btn btn-sm btn-outline-primary" data-way="undo" aria-describedby=${id}
      @click=${() => onUndo(undoable)}
    >Undo my last save</button>
    <span class="stet-when" id=${id}>${undoWords(telling, undoable)}</span>
  </div>`;
}

function compareTemplate({ prefix, newest, fault, onCompare }: ToolbarShown): TemplateResult {
  const id = `${prefix}-compare`;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    onCompare(String(data.get('compare-from')), String(data.get('compare-to')));
  };
  const input = (name: 'from' | 'to', value: number) => html`<input
    class="form-control form-control-sm" id="${id}-${name}" name="compare-${name}" type="number" inputmode="numeric"
    step="1" value=${value} aria-invalid=${fault ? 'true' : 'false'} aria-describedby="${id}-fault"
  />`;
  return html`<form class="stet-compare" aria-label="Compare two versions" novalidate @submit=${submit}>
    <label for="${id}-from">Version</label> ${input('from', newest - 1)}
    <label for="${id}-to">with</label> ${input('to', newest)}
    <button type="submit" class="btn btn-sm btn-outline-secondary">Compare</button>
    <span class="stet-compare-fault" id="${id}-fault">${fault ?? ''}</span>
  </form>`;
}
