import type { EventOf, Op, Result } from '../history/event.js';

// Calls and entries, as the checks speak of them.

export type Entry = EventOf<'entry'>;
export type WriteOp = Exclude<Op, { do: 'read' | 'list' }>;
export type Done = Extract<Result, { is: 'ok' }>;

export interface Call {
  editor: string;
  user: string;
  op: Op;
  key: string | null;
  /** The places of its beginning and its end; Infinity while it has none. */
  begun: number;
  ended: number;
  invoke: EventOf<'invoke'>;
  result: EventOf<'result'> | null;
}

export interface Write extends Call {
  op: WriteOp;
}

/** All tries at one write: those of one user with one key. Without a key each try is a write of its own. */
export interface Group {
  writes: Write[];
  entries: Entry[];
}

export const isWrite = (call: Call): call is Write => call.op.do !== 'read' && call.op.do !== 'list';

/** The version that a write names; null where it names none, or is a create. */
export const baseOf = (op: WriteOp): number | null => (op.do === 'create' ? null : (op.base?.n ?? null));

/** Nothing was written, as the answer says or as its version shows. */
export const isUnchanged = ({ op }: Write, { unchanged, version }: Done): boolean =>
  unchanged === true || (version.n !== null && version.n === baseOf(op));

/** The answer of a write that was done. */
export function doneOf({ result }: Call): Done | null {
  return result?.result.is === 'ok' ? result.result : null;
}
