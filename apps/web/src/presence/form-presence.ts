import type { Draft, Stet } from '@stet/client';
import type { Person } from '@stet/protocol';
import { announce } from '../announce.js';
import { type Comings, createComings } from './comings.js';

// One form among people: it says where its person is, and hears who else is at its record.

export interface FormPresenceOptions {
  stet: Stet;
  draft: Draft;
  /** The field that has the cursor, where it may be written into. */
  focused(): string | null;
  /** Somebody came, went, or does something else. */
  changed(): void;
}

const nobody: readonly Person[] = [];

export class FormPresence {
  readonly #options: FormPresenceOptions;
  #shown = { people: nobody, more: 0 };
  /** Of which record, and what is said aloud of it. */
  #told: { id: string; comings: Comings } | null = null;
  readonly #undo: () => void;

  constructor(options: FormPresenceOptions) {
    this.#options = options;
    this.#undo = options.stet.presence.subscribe(() => this.#hear());
    this.#hear();
  }

  /** Who else is at the record. */
  get shown(): { people: readonly Person[]; more: number } {
    return this.#shown;
  }

  /** The person went elsewhere in the form, or the form is of another record now. */
  look(): void {
    const { stet, focused } = this.#options;
    const record = this.#record;
    const isThere = record && record.server.kind !== 'destroyed';
    stet.presence.here(
      isThere ? { resource: record.resource.name, id: record.id as string, focus: focused() ?? undefined } : null,
    );
    if (record?.id !== this.#told?.id) this.#hear();
  }

  stop(): void {
    this.#undo();
    this.#told?.comings.stop();
    this.#options.stet.presence.here(null);
  }

  get #record() {
    return this.#options.draft.record;
  }

  #hear(): void {
    const { presence } = this.#options.stet;
    const record = this.#record;
    const [resource, id] = record ? [record.resource.name, record.id as string] : ['', ''];
    const before = this.#shown;
    this.#shown = { people: presence.of(resource, id), more: presence.more(resource, id) };
    this.#tell(presence.isKnown ? this.#shown.people : null);
    if (before.people !== this.#shown.people || before.more !== this.#shown.more) this.#options.changed();
  }

  #tell(people: readonly Person[] | null): void {
    const record = this.#record;
    if (record?.id !== this.#told?.id) {
      this.#told?.comings.stop();
      const one = this.#options.draft.resource.label.one;
      this.#told = record ? { id: record.id as string, comings: createComings(one, people ?? nobody, announce) } : null;
    }
    this.#told?.comings.note(people);
  }
}
