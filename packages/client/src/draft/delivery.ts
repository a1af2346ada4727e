import type { Receipt } from '@stet/protocol';
import type { WhyPassing } from '../api.js';
import type { Met } from '../news.js';
import type { Persistent } from '../persistent.js';
import { type Sending, type Sent, send } from './sending.js';

// The save that nobody has told of yet. The answer and the echo may come in either order, and either may be lost (H5).

export type Delivered =
  | Sending
  /** The echo was here before the answer: the save is known and done. */
  | { kind: 'known'; receipt: Receipt | null };

export class Delivery {
  readonly #persistent: Persistent;
  #sent: Sent | null = null;
  /** Of the last try of it. */
  #until = new AbortController();

  constructor(persistent: Persistent) {
    this.#persistent = persistent;
  }

  get sent(): Sent | null {
    return this.#sent;
  }

  /** Found again on the device: whether it ever arrived is not known. */
  resume(sent: Omit<Sent, 'lost'> | undefined): void {
    this.#sent = sent ? { ...sent, lost: true } : null;
  }

  drop(): void {
    this.#sent = null;
    this.rest();
  }

  /** It is not tried any more by itself: what became of it stays unknown. */
  rest(): void {
    this.#until.abort();
  }

  /** Tried at once, where it waits for its next try. */
  hurry(): void {
    this.#persistent.hurry();
  }

  /** `again` is told before each wait for a further try. */
  async send(sent: Sent, again: (why: WhyPassing) => void): Promise<Delivered> {
    this.#sent = sent;
    this.#until = new AbortController();
    const sending = await send(this.#persistent, sent, {
      until: this.#until.signal,
      again: (why) => {
        this.#sent = { ...sent, lost: true };
        again(why);
      },
    });
    if (this.#sent?.key !== sent.key) {
      return { kind: 'known', receipt: sending.kind === 'saved' ? sending.receipt : null };
    }
    this.#sent = sending.kind === 'unknown' ? { ...sent, lost: true } : null;
    return sending;
  }

  /** Whether this is the echo of what was sent; then that waits for nothing more. */
  take({ key }: Pick<Met, 'key'>): Sent | null {
    const sent = this.#sent;
    if (!sent || key !== sent.key) return null;
    this.drop();
    return sent;
  }

  /** The receipt stands in the answer. Where that was lost, the same request gets it once more (V7). */
  async receiptOf(sent: Sent): Promise<Receipt | null> {
    const sending = await send(this.#persistent, sent);
    return sending.kind === 'saved' ? sending.receipt : null;
  }
}
