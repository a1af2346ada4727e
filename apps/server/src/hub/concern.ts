import type { Entry, Store, Stored } from '@stet/store';
import { mostNotices, toNotice } from '../door/notices.js';
import { keptSince } from '../keeping.js';

// Which changes replaced somebody's values knowingly, and the frame that tells them (M4).

export const concerns = ({ how }: Entry, user: string): boolean =>
  how?.over?.whose.some(({ id }) => id === user) ?? false;

/** The replaced values, by the change that replaced them. */
export type Seen = Map<Entry, Stored | null>;

/** Reads the versions that hold them. */
export async function readSeen(store: Store, entries: readonly Entry[], seen: Seen): Promise<void> {
  for (const entry of entries) {
    const { workspace, resource, id, how } = entry;
    if (how?.over) seen.set(entry, (await store.log.at(workspace, resource, id, how.over.seen))?.left ?? null);
  }
}

/** What of these changes this user is still to be told: what they have dismissed meanwhile stays away. */
export async function stillOpen(store: Store, workspace: string, user: string): Promise<ReadonlySet<number>> {
  const open = await store.notices.of(workspace, user, keptSince(Date.now()), mostNotices);
  return new Set(open.map(({ entry }) => entry.seq));
}

export function noticeFrame(entry: Entry, seen: Seen, user: string, epoch: string): string | null {
  const values = seen.get(entry);
  const notice = values && toNotice(entry, values, user, epoch);
  return notice ? JSON.stringify({ type: 'notice', ...notice }) : null;
}
