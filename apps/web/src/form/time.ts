import { html, nothing, type TemplateResult } from 'lit-html';
import { ago, exactTime } from './words.js';

/** `5 min ago`, with the exact time behind it. It goes on by itself, so it is not read aloud each time it does. */
export function timeTemplate(at: string, now: number): TemplateResult | typeof nothing {
  const words = ago(at, now);
  return words
    ? html`<time class="stet-when" datetime=${at} title=${exactTime(at)} aria-live="off">${words}</time>`
    : nothing;
}
