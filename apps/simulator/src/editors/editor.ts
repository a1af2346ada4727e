// A simulated person at one page: what the steps of a scenario ask of it. Each store has its own (adapters/), and all of
// them write down what they do in the run's recorder.

/** How a conflict is settled; `fields`: theirs for the even ones, mine for the odd ones, whichever the page asks about. */
export const choices = ['mine', 'theirs', 'fields', 'combine', 'copy', 'discard'] as const;
export type Choosing = (typeof choices)[number];

/** What the page says after a save. `kept`: nowhere but on this device yet. */
export type SaveState = 'saved' | 'unchanged' | 'choosing' | 'orphaned' | 'kept' | 'failed';

export interface Holding {
  record: string;
  version: { n: number | null; tag: string | null } | null;
  fields: Readonly<Record<string, unknown>> | null;
  /** Typed and not saved; null where nothing is. */
  unsaved: Readonly<Record<string, unknown>> | null;
}

/** Records are named by the run's own ids; adapters map them where a store chooses its own. None of these throws for a conflict. */
export interface Editor {
  readonly name: string;
  readonly user: string;
  /** Reads the record and opens a form on it; one that is open stays as it is. False where there is none any more. */
  open(record: string): Promise<boolean>;
  close(record: string): void;
  create(record: string, fields: Readonly<Record<string, unknown>>): Promise<SaveState>;
  /** Into the open form; opens it first where it is not. */
  type(record: string, field: string, value: unknown): Promise<void>;
  save(record: string): Promise<SaveState>;
  /** Where nothing is asked, nothing is done. */
  choose(record: string, how: Choosing): Promise<SaveState>;
  destroy(record: string): Promise<SaveState>;
  /** Brings back a record that was destroyed, or an older version of it; version null: the newest with content. */
  restore(record: string, version: number | null): Promise<SaveState>;
  /** Where this page is, for others to see; null: nowhere. */
  look(record: string | null): void;
  /** What the form shows in a field, else what the newest known content has. */
  shown(record: string, field: string): unknown;
  /** The newest version that this page knows of; null where it knows none. */
  version(record: string): number | null;
  /** Whether a question waits for an answer. */
  isAsked(record: string): boolean;
  goOffline(): void;
  goOnline(): void;
  /** The page is thrown away and opened anew, on the same device. */
  reload(): Promise<void>;
  /** Whether it follows what others do, at the moment. */
  isLive(): boolean;
  /** All that this page holds, once nothing is under way any more. */
  holdings(): Holding[];
  stop(): void;
}
