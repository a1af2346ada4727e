import type { CoreNode } from './core.js';

/** One editor's way to the servers, over a virtual network. */
export interface Way {
  readonly user: string;
  /** The node behind a host, where it is up. */
  nodeAt(host: string): CoreNode | null;
  /** Milliseconds that the next message takes. */
  takes(): number;
  /** Does it as the server does: what the client knows of itself (AsyncLocalStorage) ends at the network. */
  serving<T>(work: () => T): T;
  /** What the client hears of a line whose server has crashed: that it is closed, or nothing at all. */
  readonly crashed: 'closed' | 'silent';
}
