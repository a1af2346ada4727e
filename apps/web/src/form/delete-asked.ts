import { type Draft, fieldChanges, type Stet } from '@stet/client';
import type { Body } from '@stet/protocol';
import type { Asking } from './save-bar.js';
import type { Naming } from './words.js';

// A deletion names the version that the person saw when they were asked. Where the record has moved on by the time they
// agree, nothing is deleted: they see what changed, and are asked anew.

export class DeleteAsked {
  readonly #stet: Stet;
  readonly #draft: Draft;
  readonly #nameOf: Naming;
  readonly #changed: () => void;
  #seen: { version: number; body: Body } | null = null;
  #asking: Extract<Asking, { kind: 'delete' }> = { kind: 'delete', version: 0, overtaken: null, failed: null };

  constructor(stet: Stet, draft: Draft, nameOf: Naming, changed: () => void) {
    this.#stet = stet;
    this.#draft = draft;
    this.#nameOf = nameOf;
    this.#changed = changed;
  }

  get asking(): Extract<Asking, { kind: 'delete' }> {
    return this.#asking;
  }

  begin(): void {
    this.#see('');
  }

  /** Whether the record is deleted. */
  async confirm(): Promise<boolean> {
    const { record, overtaken } = this.#draft;
    if (!record) return false;
    if (record.server.kind === 'live' && record.server.version !== this.#seen?.version) {
      const last = overtaken?.changes.at(-1);
      this.#see(this.#nameOf(last?.by ?? null));
      return false;
    }
    const answer = await this.#stet.destroy(record);
    if (answer.kind === 'destroyed') return true;
    if (answer.kind === 'failed') this.#asking = { ...this.#asking, overtaken: null, failed: answer.detail };
    else this.#see(this.#nameOf(answer.stale.changes.at(-1)?.by ?? null));
    this.#changed();
    return false;
  }

  #see(by: string): void {
    const { record, resource } = this.#draft;
    const server = record?.server;
    if (server?.kind !== 'live') return;
    const { version, body } = server;
    const before = this.#seen;
    this.#seen = { version, body };
    const overtaken = by !== '' && before ? { by, fields: fieldChanges(resource, before.body, body) } : null;
    this.#asking = { kind: 'delete', version, overtaken, failed: null };
    this.#changed();
  }
}
