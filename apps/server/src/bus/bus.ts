// Between the writers and the readers: it only says "look now". What there is to see stands in the log, so a lost
// message delays and loses nothing (H3).

export type Wake =
  /** A workspace's log has grown. */
  | { kind: 'log'; workspace: string }
  /** What a user may see has changed. */
  | { kind: 'access'; user: string };

export interface Bus {
  /** Never awaited by a save, and never throws. */
  publish(wake: Wake): void;
  /** Returns its undo. */
  subscribe(listener: (wake: Wake) => void): () => void;
  close(): Promise<void>;
}
