import { html, nothing, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { type Sorted, sorted } from './asked.js';
import { againWords, askedWords, choiceWords, oneSidedWords, progressWords } from './choice-words.js';
import { combinedTemplate } from './combined.js';
import { keyOf, type QuestionShown, questionTemplate } from './question.js';

// The one surface on which a person settles a stale save (C4). It is drawn anew from the choice each time, so a third
// save changes what is asked and keeps what was answered. Every way out of it is one step.

export interface ChoiceShown extends QuestionShown {
  /** Why the device did not take the draft; null where nobody tried or it did. */
  notParked: string | null;
  onSettleFor(side: 'mine' | 'theirs'): void;
  onSettle(): void;
  onPark(): void;
  onKeepAsNew(): void;
  onDiscard(): void;
}

export function choiceTemplate(shown: ChoiceShown): TemplateResult {
  const { resource, choice, nameOf, prefix } = shown;
  const parts = sorted(resource, choice);
  const heading = `${prefix}-choice`;
  const told = oneSidedWords(resource, choice, parts, nameOf);
  return html`<section class="stet-choice" data-testid="choice" aria-labelledby=${heading} aria-describedby="${heading}-said">
    <div role="status">
      <h3 class="stet-choice-heading" id=${heading} tabindex="-1">${choiceWords(choice, nameOf)}</h3>
      <p class="stet-choice-said" id="${heading}-said">${askedWords(resource, parts)} ${againWords(resource, choice)}</p>
    </div>
    ${repeat(parts.asked, keyOf, (group) => questionTemplate(shown, group))}
    ${repeat(
      parts.combined,
      ({ name }) => name,
      (question) => combinedTemplate(shown, question),
    )}
    ${told.length > 0 ? html`<ul class="stet-settled">${told.map((each) => html`<li>${each}</li>`)}</ul>` : nothing}
    ${awayTemplate(shown)}
    <div class="stet-choice-buttons">${settleTemplate(shown, parts)}</div>
  </section>`;
}

function settleTemplate({ prefix, onSettle, onSettleFor }: ChoiceShown, { asked }: Sorted): TemplateResult {
  if (asked.length === 0) {
    return html`<button type="button" class="btn btn-sm btn-primary" @click=${onSettle}>
      Save mine together with theirs
    </button>`;
  }
  const open = asked.filter((group) => group.some(({ side }) => side === null)).length;
  const progress = `${prefix}-choice-progress`;
  return html`<button type="button" class="btn btn-sm btn-outline-primary" @click=${() => onSettleFor('mine')}>
      Keep mine
    </button>
    <button type="button" class="btn btn-sm btn-outline-primary" @click=${() => onSettleFor('theirs')}>Take theirs</button>
    <button
      type="button" class="btn btn-sm btn-primary" ?disabled=${open > 0} aria-describedby=${progress} @click=${onSettle}
    >Save what I chose</button>
    <span class="stet-when" role="status" id=${progress}>${progressWords(open)}</span>`;
}

/** The ways out that decide nothing about theirs. */
function awayTemplate({ resource, notParked, onPark, onKeepAsNew, onDiscard }: ChoiceShown): TemplateResult {
  return html`<div class="stet-choice-away">
    <span class="stet-when">Or leave theirs as it is:</span>
    <button type="button" class="btn btn-sm btn-outline-secondary" @click=${onPark}>Put mine aside as a draft</button>
    <button type="button" class="btn btn-sm btn-outline-secondary" @click=${onKeepAsNew}>
      Park mine as a new ${resource.label.one}
    </button>
    <button type="button" class="btn btn-sm btn-outline-secondary" @click=${onDiscard}>Discard mine</button>
    ${notParked === null ? nothing : html`<p class="stet-choice-fault" role="alert">Not put aside: ${notParked}</p>`}
  </div>`;
}
