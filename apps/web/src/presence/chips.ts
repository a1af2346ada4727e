import type { Person } from '@stet/protocol';
import { html, nothing, type TemplateResult } from 'lit-html';
import { hueOf, initials, inOrder } from './look.js';

// People as small signs: round and open who looks, square and full who edits, with a dot for what is unsaved. They
// are for the eye; what they say stands beside them in words.

const most = 3;

export function chips(people: readonly Person[], more = 0): TemplateResult {
  const shown = inOrder(people).slice(0, most);
  const rest = people.length - shown.length + more;
  return html`<span class="chips" aria-hidden="true">${shown.map(chip)}${
    rest > 0 ? html`<span class="chip chip-rest">+${rest}</span>` : nothing
  }</span>`;
}

const chip = ({ id, name, state, dirty }: Person): TemplateResult =>
  html`<span class="chip chip-${hueOf(id)} is-${state} ${dirty.length > 0 ? 'is-unsaved' : ''}">${initials(name)}</span>`;
