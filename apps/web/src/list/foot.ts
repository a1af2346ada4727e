import type { ListState } from '@stet/client';
import type { Resource } from '@stet/protocol';
import { html, nothing, type TemplateResult } from 'lit-html';

// The list's last line: how much there is, or why there is no answer. It is always there, so nothing jumps.

export interface FootInput {
  resource: Resource;
  state: ListState;
  count: string;
  isNarrowed: boolean;
  onAgain(): void;
  onAll(): void;
}

export function foot({ resource, state, count, isNarrowed, onAgain, onAll }: FootInput): TemplateResult {
  if (state.kind === 'failed') {
    return html`<span class="list-failed" role="alert">${state.detail}</span>
      <button type="button" class="btn btn-link" @click=${onAgain}>Try again</button>`;
  }
  const all = html`<button type="button" class="btn btn-link" @click=${onAll}>Show all ${resource.label.many}</button>`;
  return html`<span data-testid="count">${count}</span> ${isNarrowed ? all : nothing}`;
}
