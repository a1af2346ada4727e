// Somebody who hears: one open socket of one user.

export interface Reader {
  /** The connection's id: its own writes carry it as `by.connection`. */
  readonly id: string;
  readonly user: string;
  /** The session or token that opened it; it closes with it (S4). */
  readonly session: string;
  /** Takes a serialised message. Never throws. */
  send(frame: string): void;
  /** Says goodbye and closes; `retry` in milliseconds, null where coming back is of no use. */
  bye(reason: 'stopping' | 'signed-out', retry: number | null): void;
}
