// Between the writers and the readers, on this node and on others: it only says "look now". What there is to see
// stands in the log, so a lost message delays and loses nothing (H3).

/** What can be listened to. */
export type Topic =
  | { kind: 'log'; workspace: string }
  | { kind: 'presence'; workspace: string }
  /** Everybody's access is one topic: who a node has connected changes too often to ask for each. */
  | { kind: 'access' };

/** What is said on a topic of the same kind and workspace. */
export type Wake =
  /** A workspace's log has come (at least) so far. */
  | { kind: 'log'; workspace: string; seq: number }
  /** What a user may see has changed. */
  | { kind: 'access'; user: string }
  /** What that node holds has changed: these voices, or null to look at all of them. */
  | { kind: 'presence'; workspace: string; node: string; voices: string[] | null };

/**
 * `anew`: from now on the topic is heard, for the first time or again, and what was said before may be lost: look.
 * It comes after each subscription that took effect, and whenever something may have been missed.
 */
export type Heard = Wake | { kind: 'anew' };

export interface Bus {
  /** Never awaited by a save, and never throws. */
  publish(wake: Wake): void;
  /** Hears what is said on the topic, never from within the call. Returns its undo. */
  subscribe(topic: Topic, listener: (heard: Heard) => void): () => void;
  /** `down`: other nodes may not be heard, and may not hear. */
  state(): 'up' | 'down';
  close(): Promise<void>;
}
