import type { Choice, Question, Side } from '@stet/client';
import type { Field, Resource, Value } from '@stet/protocol';
import { html, nothing, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { repeat } from 'lit-html/directives/repeat.js';
import { authorOf, choiceWords, isAsked, outcomeWords } from './choice-words.js';
import { fullWords } from './field-text.js';
import { labelOf, listed, type Naming } from './words.js';

// The one surface on which a person settles a stale save (C4). It is drawn anew from the choice each time, so a third
// save changes what is asked and keeps what was answered.

export interface ChoiceShown {
  resource: Resource;
  choice: Choice;
  nameOf: Naming;
  prefix: string;
  onChoose(name: string, side: Side): void;
  onSettleFor(side: 'mine' | 'theirs'): void;
  onSettle(): void;
}

export function choiceTemplate(shown: ChoiceShown): TemplateResult {
  const { resource, choice, nameOf, prefix } = shown;
  const asked = choice.questions.filter(isAsked);
  const heading = `${prefix}-choice`;
  return html`<section class="stet-choice" data-testid="choice" aria-labelledby=${heading}>
    <h3 class="stet-choice-heading" id=${heading} tabindex="-1">${choiceWords(choice, nameOf)}</h3>
    <p class="stet-choice-said">${outcomeWords(choice, (name) => labelOf(resource, name))}</p>
    ${repeat(
      asked,
      ({ name }) => name,
      (question) => questionTemplate(shown, question),
    )}
    ${settledTemplate(shown)}
    <div class="stet-choice-buttons">${buttonsTemplate(shown)}</div>
  </section>`;
}

function questionTemplate(shown: ChoiceShown, question: Question): TemplateResult | typeof nothing {
  const { resource, choice, nameOf } = shown;
  const { name, base, again } = question;
  const field = resource.fields[name];
  if (!field) return nothing;
  const author = authorOf(choice, name, nameOf);
  return html`<fieldset class="stet-question" data-question=${name}>
    <legend>
      ${field.label}
      ${again ? html`<span class="badge text-bg-warning">changed again since you chose</span>` : nothing}
    </legend>
    <div class="stet-was"><span class="stet-when">It was</span> ${valueTemplate(field, base)}</div>
    ${
      question.merged === undefined
        ? nothing
        : sideTemplate(shown, question, field, 'merged', 'Both, combined', question.merged)
    }
    ${sideTemplate(shown, question, field, 'mine', 'Mine', question.mine)}
    ${sideTemplate(shown, question, field, 'theirs', `Theirs, by ${author}`, question.theirs)}
  </fieldset>`;
}

function sideTemplate(
  { prefix, onChoose }: ChoiceShown,
  { name, side }: Question,
  field: Field,
  own: Side,
  label: string,
  value: Value,
): TemplateResult {
  const id = `${prefix}-choose-${name}-${own}`;
  return html`<div class="form-check stet-side">
    <input
      class="form-check-input" type="radio" id=${id} name="choose-${name}" value=${own}
      .checked=${live(side === own)} aria-describedby="${id}-value" @change=${() => onChoose(name, own)}
    />
    <label class="form-check-label" for=${id}>${label}</label>
    <div id="${id}-value">${valueTemplate(field, value)}</div>
  </div>`;
}

const valueTemplate = (field: Field, value: Value): TemplateResult =>
  html`<div class="stet-value" dir="auto" tabindex=${field.kind === 'text' ? '0' : nothing}>${fullWords(field, value)}</div>`;

function settledTemplate({ resource, choice, nameOf }: ChoiceShown): TemplateResult | typeof nothing {
  const mine = choice.questions.filter(({ verdict }) => verdict === 'mine').map(({ name }) => labelOf(resource, name));
  const theirs = new Map<string, string[]>();
  for (const { name, verdict } of choice.questions) {
    if (verdict !== 'theirs') continue;
    const author = authorOf(choice, name, nameOf);
    theirs.set(author, [...(theirs.get(author) ?? []), labelOf(resource, name)]);
  }
  if (mine.length === 0 && theirs.size === 0) return nothing;
  return html`<ul class="stet-settled">
    ${mine.length > 0 ? html`<li>Only you changed ${listed(mine)}: yours stays.</li>` : nothing}
    ${[...theirs].map(
      ([author, labels]) => html`<li>${listed(labels)}: changed by ${author} and not by you; theirs stays.</li>`,
    )}
  </ul>`;
}

function buttonsTemplate({ choice, onSettle, onSettleFor }: ChoiceShown): TemplateResult {
  if (!choice.questions.some(({ verdict }) => verdict === 'conflict')) {
    return html`<button type="button" class="btn btn-sm btn-primary" @click=${onSettle}>
      Save mine together with theirs
    </button>`;
  }
  const { open } = choice;
  return html`<button type="button" class="btn btn-sm btn-outline-primary" @click=${() => onSettleFor('mine')}>
      Keep mine
    </button>
    <button type="button" class="btn btn-sm btn-outline-primary" @click=${() => onSettleFor('theirs')}>Take theirs</button>
    <button type="button" class="btn btn-sm btn-primary" ?disabled=${open > 0} @click=${onSettle}>
      Save what I chose
    </button>
    <span class="stet-when" role="status">${open > 0 ? `${open} still to choose` : 'All chosen'}</span>`;
}
