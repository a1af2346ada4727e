import { type Body, equal, type Resource } from './resource.js';
import { atLeast, type Role } from './roles.js';

// Who may see a record, and what a reader is told of a write: pure, and the same for lists, reads, log, sockets and
// presence.

/** Whether this role may see a record with this content. */
export function maySee({ access }: Resource, role: Role, body: Body): boolean {
  if (!atLeast(role, access.read)) return false;
  const { withheld } = access;
  return !withheld || !equal(body[withheld.field], withheld.is) || atLeast(role, withheld.from);
}

/** What a list leaves out for this role, as values of fields. */
export function outOfSight({ access: { withheld } }: Resource, role: Role): Readonly<Record<string, string>> {
  return withheld && !atLeast(role, withheld.from) ? { [withheld.field]: withheld.is } : {};
}

/** `gone`: only that the record is there no more, as far as this reader can tell. */
export type Hearing = 'whole' | 'gone' | 'nothing';

/** `before` and `after`: what stood there and what does; null where there was, or is, no record. */
export function hearingOf(resource: Resource, role: Role, before: Body | null, after: Body | null): Hearing {
  const saw = before !== null && maySee(resource, role, before);
  if (after === null) return saw ? 'whole' : 'nothing';
  if (maySee(resource, role, after)) return 'whole';
  return saw ? 'gone' : 'nothing';
}
