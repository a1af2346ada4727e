// What is written down while changes are delivered, for the check that comes after.
import type { Whose } from '@stet/client';
import type { Change, Role, StetRecord } from '@stet/protocol';

/** A moment, in milliseconds of one clock. */
export type Moment = number;

/** Somebody's time in a workspace. Who comes back has the role that they had. */
export interface Stay {
  user: string;
  workspace: string;
  role: Role;
  /** When it began to be given. */
  from: Moment;
  /** When it began to be taken away, when it was for certain, and where the log stood then; null where it never was. */
  until: { from: Moment; at: Moment; seq: number } | null;
}

export type Frame = { at: Moment } & (
  | { kind: 'hello'; cursors: Readonly<Record<string, number>> }
  | { kind: 'welcome'; user: string; cursors: Readonly<Record<string, number>> }
  /** `whole`: with the record. */
  | { kind: 'change'; workspace: string; seq: number; whole: boolean }
  | { kind: 'reset'; workspace: string }
  /** Of a workspace, and no change: a notice, who is there. */
  | { kind: 'about'; workspace: string }
);

/** What was said on one connection, whether or not it arrived. */
export interface Said {
  client: string;
  opened: Moment;
  frames: readonly Frame[];
}

export type Mark = { at: Moment } /** `own`: this client wrote it. */ & (
  | { kind: 'change'; workspace: string; seq: number; whose: Whose; own: boolean }
  /** It was told that some access of its user has changed. */
  | { kind: 'access' }
  /** The server has answered where the log of its workspace stands, as it was asked after the last such word. */
  | { kind: 'read'; seq: number }
);

/** What one client learned, and what it holds at the end. */
export interface Seen {
  client: string;
  user: string;
  workspace: string;
  marks: readonly Mark[];
  shown: readonly StetRecord[];
  /** What the server lists for this user; null where they may not read it. */
  listed: readonly StetRecord[] | null;
}

export interface Account {
  /** The whole log of each workspace, as an editor reads it. */
  logs: Readonly<Record<string, readonly Change[]>>;
  stays: readonly Stay[];
  said: readonly Said[];
  seen: readonly Seen[];
}
