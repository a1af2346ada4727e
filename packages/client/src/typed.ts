import type { Value } from '@stet/protocol';

// Which fields a person has typed in and not saved, and what each showed when they began on it: the base's value, or a
// newer one that had followed by then. That is what "I changed this" is measured against.

export class Typed {
  readonly #origins = new Map<string, Value | undefined>();

  get size(): number {
    return this.#origins.size;
  }

  get names(): string[] {
    return [...this.#origins.keys()];
  }

  has(name: string): boolean {
    return this.#origins.has(name);
  }

  /** `origin` undefined: what the base holds. */
  begin(name: string, origin?: Value): void {
    if (!this.#origins.has(name)) this.#origins.set(name, origin);
  }

  /** From here on it is measured against the base again. */
  rebase(name: string): void {
    if (this.#origins.has(name)) this.#origins.set(name, undefined);
  }

  end(name: string): void {
    this.#origins.delete(name);
  }

  clear(): void {
    this.#origins.clear();
  }

  origin(name: string): Value | undefined {
    return this.#origins.get(name);
  }

  /** The origins that differ from the base's. */
  origins(): Record<string, Value> {
    const known = [...this.#origins].filter((entry): entry is [string, Value] => entry[1] !== undefined);
    return Object.fromEntries(known);
  }
}
