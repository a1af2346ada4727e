import type { Author } from '@stet/protocol';
import { html, nothing, type TemplateResult } from 'lit-html';
import { timeTemplate } from './time.js';
import type { Naming } from './words.js';

// The record was destroyed while it is open here. What was typed stays, and has two ways on.

export interface OrphanShown {
  by: Author | null;
  at: string;
  one: string;
  nameOf: Naming;
  isDirty: boolean;
  now: number;
  onKeep(): void;
  onDiscard(): void;
  onClose(): void;
}

export function orphanTemplate({ by, at, one, nameOf, isDirty, now, ...on }: OrphanShown): TemplateResult {
  const author = nameOf(by);
  const said = `${author.charAt(0).toUpperCase()}${author.slice(1)}${author.includes(',') ? ',' : ''} deleted this ${one}.`;
  return html`<div class="stet-banner alert ${isDirty ? 'alert-warning' : 'alert-secondary'}" data-testid="banner" data-kind="destroyed">
    <p class="stet-banner-said">
      <strong>${said}</strong> ${at ? timeTemplate(at, now) : nothing}
      ${isDirty ? 'What you typed is kept here.' : 'There is nothing to save.'}
    </p>
    <div class="stet-bar-buttons">
      ${
        isDirty
          ? html`<button type="button" class="btn btn-sm btn-primary" @click=${on.onKeep}>
                Keep my text as a new ${one}
              </button>
              <button type="button" class="btn btn-sm btn-outline-secondary" @click=${on.onDiscard}>
                Discard my text
              </button>`
          : html`<button type="button" class="btn btn-sm btn-outline-secondary" @click=${on.onClose}>Close it</button>`
      }
    </div>
  </div>`;
}
