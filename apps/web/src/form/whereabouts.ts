import type { Inputs } from './inputs.js';

// Where the person is in the form. A question takes them to itself; when it is gone they are back where they were.

export class Whereabouts {
  readonly #form: Element;
  readonly #inputs: Inputs;
  /** The field that they were in last. */
  #field: string | null = null;

  constructor(form: Element, inputs: Inputs) {
    this.#form = form;
    this.#inputs = inputs;
  }

  get #active(): Element | null {
    return this.#form.ownerDocument.activeElement;
  }

  /** Nobody is in the form: what is drawn moves nothing under a caret. */
  get isAway(): boolean {
    return !this.#form.contains(this.#active);
  }

  went(event: FocusEvent): void {
    this.#field = this.#inputs.nameOf(event.target) ?? this.#field;
  }

  /** Whether there is such a place. */
  to(selector: string): boolean {
    const place = this.#form.querySelector<HTMLElement>(selector);
    place?.focus();
    return place !== null;
  }

  toField(name: string): void {
    this.#inputs.control(name)?.focus();
  }

  back(): void {
    const control = this.#field === null ? null : this.#inputs.control(this.#field);
    if (control) control.focus({ preventScroll: true });
    else this.first();
  }

  first(): void {
    this.#inputs.first()?.focus();
  }

  /** Where a drawing takes away what the person was at, they go on at what took its place, or where they were before. */
  around(area: string, draw: () => void): void {
    const wasThere = this.#form.querySelector(area)?.contains(this.#active) ?? false;
    draw();
    if (wasThere && this.isAway && !this.to('.stet-choice-heading')) this.back();
  }
}
