import { html, type TemplateResult } from 'lit-html';

// What has to be said above everything: that the session has ended, or a word that goes with the next step.

/** It stands in the bar's place and is as high, so nothing below it moves. */
export const endedBar = ({ isTyped, onSignIn }: { isTyped: boolean; onSignIn(): void }): TemplateResult =>
  html`<div class="ended-bar" role="alert">
    <p>You were signed out. ${isTyped ? 'What you typed is still here.' : 'What you type stays here.'}</p>
    <button type="button" class="btn btn-primary" @click=${onSignIn}>Sign in</button>
  </div>`;

export const wordBar = (word: string): TemplateResult => html`<p class="word-bar" data-testid="word">${word}</p>`;
