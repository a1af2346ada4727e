import type { Draft } from '@stet/client';
import { type Control, FieldInput } from './field-input.js';

// The inputs of a form, by field. They are made once, on what was drawn first, and are no part of later drawings.

export class Inputs {
  readonly #inputs = new Map<string, FieldInput>();

  begin(form: Element, draft: Draft): void {
    for (const [name, field] of Object.entries(draft.resource.fields)) {
      const control = form.querySelector<Control>(`.stet-fields [name="${CSS.escape(name)}"]`);
      if (control) this.#inputs.set(name, new FieldInput(draft, name, field, control));
    }
  }

  remove(): void {
    for (const input of this.#inputs.values()) input.remove();
  }

  /** The field whose input this is. */
  nameOf(target: EventTarget | null): string | null {
    return [...this.#inputs].find(([, { control }]) => control === target)?.[0] ?? null;
  }

  control(name: string): Control | null {
    return this.#inputs.get(name)?.control ?? null;
  }

  first(): Control | null {
    return [...this.#inputs.values()][0]?.control ?? null;
  }

  take(): void {
    for (const input of this.#inputs.values()) input.take();
  }

  show(): void {
    for (const input of this.#inputs.values()) input.show();
  }

  fit(): void {
    for (const input of this.#inputs.values()) input.fit();
  }
}
