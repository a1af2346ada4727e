import type { Draft, Listed } from '@stet/client';
import { html, nothing, type TemplateResult } from 'lit-html';
import { announce } from '../announce.js';
import type { OpenWorkspace } from '../workspace.js';
import { type Beside, besideOf, besideWords } from './words.js';

// Under the form that is open: what else there is of mine. It comes and goes at the pane's lower edge, and moves no field.

export class BesideForm {
  readonly #workspace: OpenWorkspace;
  #draft: Draft | null = null;
  /** When what came back with this form had been typed. */
  #returned: string | null = null;
  #said: Beside['kind'] = 'nothing';

  constructor(workspace: OpenWorkspace) {
    this.#workspace = workspace;
  }

  /** `before`: my drafts before this one was opened. */
  opened(draft: Draft, before: readonly Listed[]): void {
    this.closed();
    this.#draft = draft;
    const waited = before.find(({ kept, where }) => where === 'waiting' && kept.id === draft.keptAs);
    this.#returned = waited?.kept.at ?? null;
  }

  closed(): void {
    this.#draft = null;
    this.#returned = null;
    this.#said = 'nothing';
  }

  /** It is heard when it comes, and not again because time goes on. */
  template(): TemplateResult | typeof nothing {
    const { resource } = this.#workspace;
    const beside = this.#beside();
    const words = besideWords(beside, resource, Date.now());
    if (words !== null && this.#said !== beside.kind) announce(words);
    this.#said = beside.kind;
    if (words === null) return nothing;
    return html`<p class="beside" data-testid="beside" data-kind=${beside.kind}>
      <span>${words}</span>
      ${
        beside.kind === 'waiting'
          ? html`<button type="button" class="btn btn-sm btn-outline-secondary" @click=${() => void this.#goOn(beside.id)}>
              Go on with them here
            </button>`
          : nothing
      }
    </p>`;
  }

  #beside(): Beside {
    const draft = this.#draft;
    if (!draft) return { kind: 'nothing' };
    // What came back is dealt with: what is typed from here on is of now.
    if (!draft.isDirty) this.#returned = null;
    const record = (draft.record?.id as string | undefined) ?? null;
    return besideOf({ record, isDirty: draft.isDirty, returned: this.#returned }, this.#workspace.shelf.items);
  }

  async #goOn(id: string): Promise<void> {
    const { shelf, stet } = this.#workspace;
    await stet.drafts.takeUp(id);
    shelf.look();
  }
}
