import type { PresencePlace } from '@stet/protocol';

// Where one page is, from what it looks at and what it holds: plain data in, plain data out.

/** The record that a page looks at, and the field with the cursor. */
export interface Looking {
  resource: string;
  id: string;
  focus?: string | undefined;
}

/** A record of which this page holds edits that are not saved, and in which fields. */
export interface Unsaved {
  resource: string;
  id: string;
  dirty: readonly string[];
}

// As many as a server remembers of one page; what is looked at comes first.
const most = 50;
const mostFields = 100;

/** Which record it is, for maps. */
export const placeName = ({ resource, id }: { resource: string; id: string }): string => `${resource}/${id}`;

/** All that a page is at. `looking` is null where it looks at nothing, or nobody looks at it; what it holds stays (C6). */
export function placesOf(looking: Looking | null, unsaved: readonly Unsaved[]): Map<string, PresencePlace> {
  const places = new Map<string, PresencePlace>();
  if (looking) {
    const { resource, id, focus } = looking;
    const state = focus === undefined ? 'viewing' : 'editing';
    places.set(placeName(looking), { resource, id, state, dirty: [], ...(focus === undefined ? {} : { focus }) });
  }
  for (const each of unsaved) {
    const { resource, id } = each;
    const known = places.get(placeName(each));
    if (each.dirty.length === 0 || (!known && places.size >= most)) continue;
    places.set(placeName(each), { resource, id, ...known, state: 'editing', dirty: each.dirty.slice(0, mostFields) });
  }
  return places;
}

/** What is to be said so that whoever heard `said` knows where the page is `now`. */
export function movedPlaces(
  said: ReadonlyMap<string, PresencePlace>,
  now: ReadonlyMap<string, PresencePlace>,
): PresencePlace[] {
  const left = [...said].flatMap(([name, { resource, id }]): PresencePlace[] =>
    now.has(name) ? [] : [{ resource, id, state: 'left', dirty: [] }],
  );
  const moved = [...now].flatMap(([name, place]) => (isSame(said.get(name), place) ? [] : [place]));
  return [...left, ...moved];
}

const isSame = (a: PresencePlace | undefined, b: PresencePlace): boolean =>
  a?.state === b.state && a.focus === b.focus && a.dirty.join() === b.dirty.join();
