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

/** Asks the history; nothing is written, since nobody has decided anything. */
export async function whileAway(
  { api, path, since }: Pick<DraftOptions, 'api' | 'path' | 'since'>,
  record: StetModel | null,
  newId: string,
  base: Base | null,
  sent: Sent | null,
): Promise<Missed> {
  const made = async (id: string, version: number): Promise<StetRecord | null> => {
    const answer = await api({ method: 'GET', path: `${path}/${encodeURIComponent(id)}/versions/${version}` });
    return answer.kind === 'ok' ? (answer.body as { obj: StetRecord | null }).obj : null;
  };
  if (!record) return { arrived: sent && (await made(newId, 1)), between: [] };
  const hasMoved = base !== null && record.server.kind !== 'unknown' && record.server.version > base.version;
  const between = hasMoved ? await since(record, base.version) : [];
  const own = sent && between.find(({ key }) => key === sent.key);
  return { arrived: own ? await made(record.id as string, own.version) : null, between };
}
