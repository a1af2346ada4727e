import { atLeast, type Person, type Resource, type Role } from '@stet/protocol';
import type { Said } from './board.js';

// From what pages said to people: one person is there once, however many pages they have open.

/** The most that are named at one record. */
const mostNamed = 20;

export interface Gathered {
  people: Person[];
  /** How many are there beside those that are named. */
  more: number;
}

interface Gathering extends Pick<Person, 'id' | 'name'> {
  isEditing: boolean;
  dirty: Set<string>;
  /** Where the cursor was put last, and when. */
  focus: { field: string; order: number } | null;
}

/** Who edits comes first, else who came first. Who may not read is not there; who may not write edits nothing. */
export function gather(resource: Resource, said: Iterable<Said>, roles: ReadonlyMap<string, Role>): Gathered {
  const people = new Map<string, Gathering>();
  for (const { voice, place, order } of said) {
    const { id, name } = voice.user;
    const role = roles.get(id);
    if (!role || !atLeast(role, resource.access.read)) continue;
    const person = people.get(id) ?? { id, name, isEditing: false, dirty: new Set(), focus: null };
    people.set(id, person);
    if (!atLeast(role, resource.access.write)) continue;
    person.isEditing ||= place.state === 'editing';
    for (const field of place.dirty) person.dirty.add(field);
    if (place.focus !== undefined && order > (person.focus?.order ?? 0)) person.focus = { field: place.focus, order };
  }
  const all = [...people.values()].sort((a, b) => Number(b.isEditing) - Number(a.isEditing));
  return {
    people: all.slice(0, mostNamed).map(({ id, name, isEditing, dirty, focus }) => ({
      id,
      name,
      state: isEditing ? 'editing' : 'viewing',
      dirty: Object.keys(resource.fields).filter((field) => dirty.has(field)),
      ...(focus ? { focus: focus.field } : {}),
    })),
    more: Math.max(0, all.length - mostNamed),
  };
}
