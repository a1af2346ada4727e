import { randomId } from '../random-id.js';
import { DraftsError } from './errors.js';
import { type Entry, type KeptDraft, readEntry } from './kept.js';
import type { Owner } from './store.js';

// What one tab has seen of what is kept. Two tabs can come to type at one draft: where there are no Web Locks (a page
// without HTTPS) nothing keeps them apart, and the later put would take the other's text off the device. So each
// writing has its stamp, and a tab replaces its own and what it has seen. Else its draft moves on, in the same
// transaction, under a new id, and this tab calls the two by each other's name: its draft keeps the id that it goes by
// here, and the other's is one more in the list.

export class Sight {
  readonly #owner: Owner;
  readonly #tab = randomId();
  #writings = 0;
  /** The stamp that this tab knows, by the id on the device. */
  readonly #seen = new Map<string, string>();
  /** Ids on the device that are worked on from what was seen: what is read later is news, and was not worked in. */
  readonly #worked = new Set<string>();
  readonly #held = new Set<string>();
  readonly #onDevice = new Map<string, string>();
  readonly #here = new Map<string, string>();

  constructor(owner: Owner) {
    this.#owner = owner;
  }

  /** The id on the device of what this tab calls `id`. */
  onDevice(id: string): string {
    return this.#onDevice.get(id) ?? id;
  }

  /** What this tab calls the draft that has this id on the device. */
  here(id: string): string {
    return this.#here.get(id) ?? id;
  }

  /** What can be read of what was found; it counts as seen. */
  read(found: Iterable<unknown>): KeptDraft[] {
    const entries = [...found].flatMap((each) => readEntry(each) ?? []).filter(({ draft }) => this.#isOwners(draft));
    return entries.map(({ id, stamp, draft }) => {
      if (!this.#worked.has(id)) this.#seen.set(id, stamp);
      if (this.#held.has(id)) this.#worked.add(id);
      return { ...draft, id: this.here(id) };
    });
  }

  hold(id: string): void {
    this.#held.add(this.onDevice(id));
  }

  release(id: string): void {
    const known = this.onDevice(id);
    this.#held.delete(known);
    this.#worked.delete(known);
  }

  /**
   * What to write for a draft, given what stands under its id on the device.
   * @throws DraftsError where nobody could read it again, or it is not this person's
   */
  toPut(draft: KeptDraft, standing: unknown): Entry {
    if (!this.#isOwners(draft)) throw new DraftsError('foreign');
    if (standing !== undefined && !this.#isKnown(draft.id, standing)) this.#moveOn(draft.id);
    const id = this.onDevice(draft.id);
    this.#worked.add(id);
    this.#writings += 1;
    const { workspace } = this.#owner;
    const entry = readEntry({ id, workspace, stamp: `${this.#tab}.${this.#writings}`, draft: { ...draft, id } });
    if (!entry) throw new DraftsError('unreadable');
    return entry;
  }

  mayRemove(id: string, standing: unknown): boolean {
    return standing !== undefined && this.#isKnown(id, standing);
  }

  /** Written by this tab, whatever the device said of that writing, or just as this tab has seen it. */
  #isKnown(id: string, standing: unknown): boolean {
    const entry = readEntry(standing);
    if (!entry) return false;
    return entry.stamp.startsWith(`${this.#tab}.`) || entry.stamp === this.#seen.get(this.onDevice(id));
  }

  #isOwners({ user, workspace }: KeptDraft): boolean {
    return user === this.#owner.user && workspace === this.#owner.workspace;
  }

  #moveOn(id: string): void {
    const [others, own] = [this.onDevice(id), randomId()];
    this.#name(id, own);
    this.#name(own, others);
    this.#worked.delete(others);
    this.#held.delete(others);
  }

  #name(here: string, onDevice: string): void {
    this.#onDevice.set(here, onDevice);
    this.#here.set(onDevice, here);
  }
}
