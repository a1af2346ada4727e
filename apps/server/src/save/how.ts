import { type Body, changedFields, type How } from '@stet/protocol';
import type { Store, Stored } from '@stet/store';
import { combinedWith, shares, standing } from './combined.js';
import { overOf, replacedFields } from './replaced.js';
import type { Asked } from './request.js';
import { writersOf } from './writers.js';

// How a version comes about, where it is more than its author's own edit of what stood there. It stands in the history
// with it, and receipts and notices are made of it.

export interface Made {
  /** The version that the author saw, what their edit makes of it, and what it is written on: mostly the one they saw. */
  seen: Stored;
  mine: Body | null;
  current: Stored;
  after: Body | null;
}

export async function howOf(store: Store, asked: Asked, made: Made): Promise<How | undefined> {
  const how: How = { ...restored(asked, made.current), ...(await shared(store, asked, made)) };
  return Object.keys(how).length > 0 ? how : undefined;
}

function restored({ edit }: Asked, current: Stored): Pick<How, 'restored'> {
  if (edit.kind !== 'restore') return {};
  // A tombstone has no content that single fields could be put into: all of it comes back.
  const fields = current.body === null ? null : edit.only;
  return { restored: { version: edit.version, ...(fields ? { fields } : {}) } };
}

async function shared(store: Store, asked: Asked, made: Made): Promise<Pick<How, 'combined' | 'over'>> {
  const { workspace, resource, id, by } = asked;
  const { seen, mine, current, after } = made;
  const start = await startOf(store, asked, seen);
  if (!start.body || !seen.body || !current.body || start.version === current.version) return {};
  const target = { workspace, resource: resource.name, id };
  const writers = (after: Stored, upTo: Stored, fields: readonly string[]) =>
    writersOf(store, target, { after: after.version, upTo: upTo.version }, fields);

  const replaced = mine
    ? replacedFields(resource, start.body, mine, seen.body)
    : changedFields(resource, start.body, seen.body);
  const over = overOf(seen.version, replaced, await writers(start, seen, replaced), by);
  if (!after) return over ? { over } : {};

  // What was replaced, and then changed by somebody else before it was written, has the two in it.
  const again = changedFields(resource, seen.body, current.body).filter((name) => replaced.includes(name));
  const isMine = replaced.filter((name) => !again.includes(name));
  const fields = shares(resource, { base: start.body, theirs: current.body, after }, isMine);
  const theirs = standing(fields);
  const rest = theirs.filter((name) => !again.includes(name));
  const parts = [...(await writers(start, current, rest)), ...(await writers(seen, current, again))];
  const people = combinedWith(resource, theirs, new Map(parts), by);
  const isCombined = people.length > 0 || current.version > seen.version;
  return {
    ...(isCombined ? { combined: { base: start.version, with: people, fields } } : {}),
    ...(over ? { over } : {}),
  };
}

/** What the author had started from: the version that they saw, or the older one that they named besides. */
async function startOf(store: Store, { workspace, resource, id, started }: Asked, seen: Stored): Promise<Stored> {
  if (started === undefined || started >= seen.version) return seen;
  return (await store.log.at(workspace, resource.name, id, started))?.left ?? seen;
}
