import type { StetRecord, VersionInfo } from '@stet/protocol';
import type { StetModel } from '../record.js';
import type { Base } from './edit.js';
import type { Sent } from './sending.js';
import type { DraftOptions } from './state.js';

// What a person missed while an edit of theirs was only on the device.

export interface Missed {
  /** What a save has made whose answer nobody heard; null where it never arrived. */
  arrived: StetRecord | null;
  /** What was saved since the edit was begun, oldest first. */
  between: VersionInfo[];
}

/** Asks the history; nothing is written, since nobody has decided anything. `base` null: the record was to be made. */
export async function whileAway(
  { since, version }: Pick<DraftOptions, 'since' | 'version'>,
  record: StetModel,
  base: Base | null,
  sent: Sent | null,
): Promise<Missed> {
  const made = async (number: number): Promise<StetRecord | null> => {
    const read = await version(record, number);
    return read.kind === 'ok' ? read.version.obj : null;
  };
  if (!base) return { arrived: sent && (await made(1)), between: [] };
  const hasMoved = record.server.kind !== 'unknown' && record.server.version > base.version;
  const between = hasMoved ? await since(record, base.version) : [];
  const own = sent && between.find(({ key }) => key === sent.key);
  return { arrived: own ? await made(own.version) : null, between };
}

export type Became = { kind: 'arrived'; record: StetRecord } | { kind: 'never' } | { kind: 'unknown' };

/** What became of a save without an answer, as the history tells it; `unknown` where that can't be read back to the base. */
export async function becameOf(
  { since, version }: Pick<DraftOptions, 'since' | 'version'>,
  record: StetModel,
  base: Base,
  sent: Sent,
): Promise<Became> {
  const made = await since(record, base.version - 1);
  if (made[0]?.version !== base.version) return { kind: 'unknown' };
  const own = made.find(({ key }) => key === sent.key);
  if (!own) return { kind: 'never' };
  const read = await version(record, own.version);
  return read.kind === 'ok' && read.version.obj ? { kind: 'arrived', record: read.version.obj } : { kind: 'unknown' };
}
