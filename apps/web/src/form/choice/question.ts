import type { Choice, Question, Side } from '@stet/client';
import type { Field, Resource, Value } from '@stet/protocol';
import { html, nothing, type TemplateResult } from 'lit-html';
import { guard } from 'lit-html/directives/guard.js';
import { live } from 'lit-html/directives/live.js';
import { asText, readText } from '../field-text.js';
import { timeTemplate } from '../time.js';
import { labelOf, listed, type Naming } from '../words.js';
import { canCombine, isCombining, sideOf } from './asked.js';
import { authorOf, changeOf, theirsWords } from './choice-words.js';
import { valueTemplate } from './value.js';

// One question: what it was, mine, theirs, and both combined by hand. Fields that belong together are one question.

export interface QuestionShown {
  resource: Resource;
  choice: Choice;
  now: number;
  nameOf: Naming;
  /** Before each id and name, so that two forms can stand on one page. */
  prefix: string;
  onChoose(name: string, side: Side): void;
  onCombine(question: Question, value: Value): void;
}

export function questionTemplate(shown: QuestionShown, group: Question[]): TemplateResult | typeof nothing {
  const { resource, choice, nameOf, now } = shown;
  const [first] = group;
  if (!first) return nothing;
  const labels = listed(group.map(({ name }) => labelOf(resource, name)));
  const theirs = theirsWords(authorOf(choice, first.name, nameOf));
  const at = changeOf(choice, first.name)?.at;
  return html`<fieldset class="stet-question" data-question=${keyOf(group)}>
    <legend>
      ${labels} ${group.length > 1 ? html`<span class="stet-when">belong together</span>` : nothing}
      ${
        group.some(({ again }) => again) ? html`<span class="stet-again">changed again since you chose</span>` : nothing
      }
    </legend>
    <div class="stet-was"><span class="stet-when">It was</span> ${valuesTemplate(shown, group, 'It was', 'base')}</div>
    ${sideTemplate(shown, group, 'mine', html`Mine`, valuesTemplate(shown, group, 'Mine', 'mine'))}
    ${sideTemplate(
      shown,
      group,
      'theirs',
      html`${theirs}${at ? html` ${timeTemplate(at, now)}` : nothing}`,
      valuesTemplate(shown, group, theirs, 'theirs'),
    )}
    ${canCombine(group) ? sideTemplate(shown, group, 'edited', html`Combine both`, combiningTemplate(shown, group)) : nothing}
  </fieldset>`;
}

export const keyOf = (group: readonly Question[]): string => group.map(({ name }) => name).join(' ');

/** A radio, and beside it what it stands for. */
export function sideTemplate(
  { prefix, onChoose }: QuestionShown,
  group: readonly Question[],
  own: Side,
  label: TemplateResult,
  shown: TemplateResult | typeof nothing,
): TemplateResult {
  const name = `${prefix}-choose-${group[0]?.name}`;
  const id = `${name}-${own}`;
  return html`<div class="form-check stet-side">
    <input
      class="form-check-input" type="radio" id=${id} name=${name} value=${own}
      .checked=${live(sideOf(group) === own)} aria-describedby="${id}-value"
      @change=${() => onChoose(group[0]?.name ?? '', own)}
    />
    <label class="form-check-label" for=${id}>${label}</label>
    <div id="${id}-value">${shown}</div>
  </div>`;
}

function valuesTemplate(
  { resource }: QuestionShown,
  group: readonly Question[],
  what: string,
  side: 'base' | 'mine' | 'theirs',
): TemplateResult {
  return html`${group.map((question) => {
    const field = resource.fields[question.name];
    if (!field) return nothing;
    const before = side === 'base' ? undefined : question.base;
    const value = valueTemplate(field, question[side], what, before);
    return group.length > 1 ? html`<div class="stet-one-of"><span>${field.label}</span> ${value}</div>` : value;
  })}`;
}

function combiningTemplate(shown: QuestionShown, group: readonly Question[]): TemplateResult | typeof nothing {
  const { resource } = shown;
  const isOpen = group.some(isCombining);
  if (!isOpen) return html`<span class="stet-when">to edit by hand, from a text with both in it</span>`;
  return html`${group.map((question) => {
    const field = resource.fields[question.name];
    return field ? textareaTemplate(shown, question, field) : nothing;
  })}`;
}

/** Its text is given to it once: from then on it is the person's, whatever comes in (C1). */
function textareaTemplate({ prefix, onCombine }: QuestionShown, question: Question, field: Field): TemplateResult {
  const help = `${prefix}-combine-${question.name}-help`;
  const text = () => asText(field, question.edited ?? question.proposal);
  return html`<textarea
      class="form-control form-control-sm stet-combine" name="combine-${question.name}" data-combine=${question.name} rows="5" dir="auto"
      aria-label="Both combined: ${field.label}" aria-describedby=${help}
      .defaultValue=${guard([question.name], text)}
      @input=${({ target }: Event) => onCombine(question, readText(field, (target as HTMLTextAreaElement).value))}
    ></textarea>
    <span class="stet-combine-help" id=${help}>${
      question.again
        ? 'It has moved on since. Choose “Combine both” once more when your text fits.'
        : Array.isArray(question.proposal)
          ? 'One to a line. Edit it until it is as you want it.'
          : 'Where you differ, yours stands before theirs. Edit it until it is as you want it.'
    }</span>`;
}
