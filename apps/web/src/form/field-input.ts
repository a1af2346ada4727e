import type { Draft } from '@stet/client';
import type { Field, Value } from '@stet/protocol';
import { carried } from './caret.js';
import { asText, isSame, readText } from './field-text.js';

// One input and its field of the draft. What a person types stays in the input as they typed it; the input is written
// only with what they did not type, and never while they compose (C1).

export type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

export class FieldInput {
  readonly control: Control;
  readonly #draft: Draft;
  readonly #name: string;
  readonly #field: Field;
  #isComposing = false;
  readonly #undo = new AbortController();

  constructor(draft: Draft, name: string, field: Field, control: Control) {
    this.#draft = draft;
    this.#name = name;
    this.#field = field;
    this.control = control;
    const on = (type: string, listener: (event: Event) => void): void =>
      control.addEventListener(type, listener, { signal: this.#undo.signal });
    on('input', () => {
      if (!this.#isComposing) this.#typed();
      this.fit();
    });
    on('compositionstart', () => {
      this.#isComposing = true;
      draft.hold(name);
    });
    on('compositionend', () => this.#composed());
    on('blur', () => {
      this.#composed();
      draft.release(name);
      this.show();
    });
    control.value = asText(field, this.#value);
  }

  get isComposing(): boolean {
    return this.#isComposing;
  }

  get #value(): Value {
    return (this.#draft.get(this.#name) ?? null) as Value;
  }

  get #isFocused(): boolean {
    return this.control.ownerDocument.activeElement === this.control;
  }

  /** What is half composed counts as typed: for a save that does not wait for its end. */
  take(): void {
    if (this.#isComposing) this.#typed();
  }

  /** Brings the input to what the draft shows, where the person did not type that very value in their own way. */
  show(): void {
    const { control } = this;
    const text = asText(this.#field, this.#value);
    if (this.#isComposing || control.value === text) return;
    const isTheirs = this.#isFocused || this.#draft.isTouched(this.#name);
    if (isTheirs && isSame(this.#field, readText(this.#field, control.value), this.#value)) return;
    if (this.#isFocused && !(control instanceof HTMLSelectElement)) writeUnderCaret(control, text);
    else control.value = text;
  }

  /** A textarea is as high as its text. */
  fit(): void {
    const { control } = this;
    if (!(control instanceof HTMLTextAreaElement)) return;
    control.style.height = 'auto';
    const border = control.offsetHeight - control.clientHeight;
    control.style.height = `${control.scrollHeight + border}px`;
  }

  remove(): void {
    this.#undo.abort();
  }

  #typed(): void {
    this.#draft.edit(this.#name, readText(this.#field, this.control.value));
  }

  #composed(): void {
    if (!this.#isComposing) return;
    this.#isComposing = false;
    this.#typed();
  }
}

function writeUnderCaret(control: HTMLInputElement | HTMLTextAreaElement, text: string): void {
  const { value, selectionStart, selectionEnd, selectionDirection, scrollTop, scrollLeft } = control;
  const selection = carried(value, text, { start: selectionStart ?? 0, end: selectionEnd ?? 0 });
  control.value = text;
  control.setSelectionRange(selection.start, selection.end, selectionDirection ?? 'none');
  control.scrollTop = scrollTop;
  control.scrollLeft = scrollLeft;
}
