import type { Role } from '@stet/protocol';
import type { Editor } from '../editors/editor.js';
import type { Recorder } from '../history/recorder.js';
import type { Through } from '../network/net.js';

// A store that scenarios are run against. One file each: stet, couchdb, tutorial.

export type Transport = 'http' | 'websocket' | 'xhr';

export interface Joining {
  name: string;
  user: string;
  /** Milliseconds that this client's clock is ahead. */
  skew: number;
}

export interface Adapter {
  readonly store: 'stet' | 'couchdb' | 'tutorial';
  /** What it has none of is passed over by the checker, and said so. */
  readonly has: { versions: boolean; log: boolean; keys: boolean; presence: boolean };
  join(joining: Joining): Promise<Editor>;
  /** Gives or takes access; resolves when it is certain. Where the store knows no such thing, null. */
  access: ((user: string, role: Role | null) => Promise<void>) | null;
  /** Notes down `entry`, `log`, `stands` and `notice`: what the store says when all is over. */
  truth(records: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

export interface AdapterOptions {
  recorder: Recorder;
  /** The faults that stand in the way; each editor has its own. */
  through: Through;
  transport: Transport;
}
