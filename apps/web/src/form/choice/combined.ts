import type { Question } from '@stet/client';
import { html, nothing, type TemplateResult } from 'lit-html';
import { authorOf, combinedWords, theirsWords } from './choice-words.js';
import { type QuestionShown, sideTemplate } from './question.js';
import { valueTemplate } from './value.js';

// A field in which both have a part that fit together: told in a line, open on demand, and the person may say otherwise.

export function combinedTemplate(shown: QuestionShown, question: Question): TemplateResult | typeof nothing {
  const { resource, choice, nameOf } = shown;
  const { name, base, merged = null, mine, theirs } = question;
  const field = resource.fields[name];
  if (!field) return nothing;
  const author = authorOf(choice, name, nameOf);
  const label = theirsWords(author);
  const value = (what: string, of: typeof mine) => valueTemplate(field, of, what, base);
  return html`<details class="stet-question stet-combined" data-question=${name}>
    <summary>${combinedWords(question, resource, author)}</summary>
    <fieldset>
      <legend class="visually-hidden">${field.label}</legend>
      ${sideTemplate(shown, [question], 'merged', html`Both, combined`, value('Both, combined', merged))}
      ${sideTemplate(shown, [question], 'mine', html`Only mine`, value('Mine', mine))}
      ${sideTemplate(shown, [question], 'theirs', html`Only ${label.charAt(0).toLowerCase()}${label.slice(1)}`, value(label, theirs))}
    </fieldset>
  </details>`;
}
