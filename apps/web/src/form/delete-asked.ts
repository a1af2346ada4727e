import { type Destroyed, type Draft, fieldChanges, type Stet, type StetModel, type WhyPassing } from '@stet/client';
import type { Body } from '@stet/protocol';
import type { Asking } from './save-bar.js';
import type { Naming } from './words.js';

// A deletion names the version that the person saw when they were asked. Where the record has moved on by the time they
// agree, nothing is deleted: they see what changed, and are asked anew.

const untried = { overtaken: null, failed: null, again: null };

export class DeleteAsked {
  readonly #stet: Stet;
  readonly #draft: Draft;
  readonly #nameOf: Naming;
  readonly #changed: () => void;
  #seen: { version: number; body: Body } | null = null;
  #asking: Extract<Asking, { kind: 'delete' }> = { kind: 'delete', version: 0, ...untried };
  /** Of the deletion that was agreed to, and is under way. */
  #until: AbortController | null = null;

  constructor(stet: Stet, draft: Draft, nameOf: Naming, changed: () => void) {
    this.#stet = stet;
    this.#draft = draft;
    this.#nameOf = nameOf;
    this.#changed = changed;
  }

  get asking(): Extract<Asking, { kind: 'delete' }> {
    return this.#asking;
  }

  get isBusy(): boolean {
    return this.#until !== null;
  }

  begin(): void {
    this.#see('');
  }

  /** The person thinks better of it: it is not tried any more. */
  leave(): void {
    this.#until?.abort();
  }

  /** Whether the record is deleted. */
  async confirm(): Promise<boolean> {
    const { record, overtaken } = this.#draft;
    if (!record || this.#until) return false;
    if (record.server.kind === 'live' && record.server.version !== this.#seen?.version) {
      const last = overtaken?.changes.at(-1);
      this.#see(this.#nameOf(last?.by ?? null));
      return false;
    }
    const answer = await this.#destroy(record);
    if (answer.kind === 'destroyed') return true;
    if (answer.kind === 'failed') this.#asking = { ...this.#asking, ...untried, failed: answer.detail };
    else this.#see(this.#nameOf(answer.stale.changes.at(-1)?.by ?? null));
    this.#changed();
    return false;
  }

  async #destroy(record: StetModel): Promise<Destroyed> {
    const until = new AbortController();
    const again = (why: WhyPassing) => {
      this.#asking = { ...this.#asking, ...untried, again: why };
      this.#changed();
    };
    this.#until = until;
    this.#changed();
    try {
      return await this.#stet.destroy(record, { until: until.signal, again });
    } finally {
      this.#until = null;
    }
  }

  #see(by: string): void {
    const { record, resource } = this.#draft;
    const server = record?.server;
    if (server?.kind !== 'live') return;
    const { version, body } = server;
    const before = this.#seen;
    this.#seen = { version, body };
    const overtaken = by !== '' && before ? { by, fields: fieldChanges(resource, before.body, body) } : null;
    this.#asking = { kind: 'delete', version, ...untried, overtaken };
    this.#changed();
  }
}
