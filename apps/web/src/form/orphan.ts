import type { Author } from '@stet/protocol';
import { html, nothing, type TemplateResult } from 'lit-html';
import { timeTemplate } from './time.js';
import { capital, type Naming } from './words.js';

// The record was destroyed while it is open here (V5). What was typed stays, and has three ways on; none of them is
// taken without the person.

export interface OrphanShown {
  by: Author | null;
  at: string;
  one: string;
  nameOf: Naming;
  isDirty: boolean;
  canWrite: boolean;
  now: number;
  onRestore(): void;
  onKeep(): void;
  onDiscard(): void;
  onClose(): void;
}

export function orphanTemplate({ by, at, one, nameOf, isDirty, now, ...shown }: OrphanShown): TemplateResult {
  const author = nameOf(by);
  // Without an author: withheld from this person, who is not told of whom and how.
  const isWithheld = by?.id === '';
  const deleted = `${capital(author)}${author.includes(',') ? ',' : ''} deleted this ${one}.`;
  return html`<div class="stet-banner alert ${isDirty ? 'alert-warning' : 'alert-secondary'}" data-testid="banner" data-kind="destroyed">
    <p class="stet-banner-said">
      <strong>${isWithheld ? `This ${one} is not there any more.` : deleted}</strong> ${at ? timeTemplate(at, now) : nothing}
      ${isDirty ? 'What you typed is kept here.' : 'There is nothing to save.'}
    </p>
    <div class="stet-bar-buttons">${isDirty ? waysTemplate(one, shown) : closeTemplate(shown)}</div>
  </div>`;
}

type Ways = Pick<OrphanShown, 'canWrite' | 'onRestore' | 'onKeep' | 'onDiscard' | 'onClose'>;

const waysTemplate = (one: string, { canWrite, onRestore, onKeep, onDiscard }: Ways): TemplateResult => html`
  ${
    canWrite
      ? html`<button type="button" class="btn btn-sm btn-primary" @click=${onRestore}>
            Restore the ${one} with my changes
          </button>
          <button type="button" class="btn btn-sm btn-outline-primary" @click=${onKeep}>Keep my text as a new ${one}</button>`
      : nothing
  }
  <button type="button" class="btn btn-sm btn-outline-secondary" @click=${onDiscard}>Discard my text</button>
`;

const closeTemplate = ({ onClose }: Ways): TemplateResult =>
  html`<button type="button" class="btn btn-sm btn-outline-secondary" @click=${onClose}>Close it</button>`;
