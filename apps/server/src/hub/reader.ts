import type { Reset } from '@stet/protocol';
import type { Told } from './told.js';

// Somebody who hears: one open socket of one user, or one stream.

export interface Reader {
  /** The connection's id: its own writes carry it as `by.connection`. */
  readonly id: string;
  readonly user: string;
  /** The session or token that opened it; it closes with it (S4). */
  readonly session: string;
  /** The one workspace that it hears, where it does not hear all of its user's. */
  readonly only?: string;
  /** Takes a change. None of these ever throws. */
  tell(told: Told): void;
  /** Takes a notice of its user's, serialised as a socket's message. */
  notice(frame: string): void;
  /** Takes who is at a record now, serialised as a socket's message. Never asked while it is `full`: the last word is enough. */
  presence(frame: string): void;
  /** Hears that what it knows of a workspace is not proven to be all. */
  reset(workspace: string, reason: Reset['reason']): void;
  /**
   * Null where it can take more; else resolves when it can, or is over. What it can't take now waits in the log and not
   * in memory.
   */
  full?(): Promise<void> | null;
  /** Says goodbye and closes; `retry` in milliseconds, null where coming back is of no use. */
  bye(reason: 'stopping' | 'signed-out', retry: number | null): void;
}
