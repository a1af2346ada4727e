import { type Body, changedFields, checkBody, emptyBody } from '@stet/protocol';
import type { Store, Stored } from '@stet/store';
import { applied, type Wanted } from './edit.js';
import { howOf, type Made } from './how.js';
import type { Next, Unwritten } from './outcome.js';
import type { Asked, Edit } from './request.js';
import { explain } from './stale.js';

// What is to be done about a record as it stands: is the base still current, what is the whole new content, is it
// sound, and how did it come to that?

export async function decide(store: Store, asked: Asked, before: Stored | null): Promise<Unwritten | Next> {
  const { edit, base } = asked;
  if (edit.kind === 'create') return before ? { kind: 'taken', record: before } : create(asked, edit);
  if (!before) return { kind: 'absent' };
  const wanted = await wantedBy(store, asked, edit);
  if (!wanted) return { kind: 'refused', issues: [{ path: 'version', message: 'is no version that has content' }] };
  if (before.version !== base) return combineOrExplain(store, asked, wanted, before);
  if (before.body !== null) {
    const after = applied(asked.resource, wanted, before.body);
    return write(store, asked, { seen: before, mine: after, current: before, after });
  }
  if (wanted.kind !== 'restore') return { kind: 'gone', tombstone: before };
  return write(store, asked, { seen: before, mine: wanted.body, current: before, after: wanted.body });
}

async function wantedBy(store: Store, asked: Asked, edit: Exclude<Edit, { kind: 'create' }>): Promise<Wanted | null> {
  if (edit.kind !== 'restore') return edit;
  const old = await store.log.at(asked.workspace, asked.resource.name, asked.id, edit.version);
  return old?.left.body ? { ...edit, body: old.left.body } : null;
}

/** A stale save is explained; what it comes to with the others' is written only where its author asked for that. */
async function combineOrExplain(
  store: Store,
  asked: Asked,
  wanted: Wanted,
  current: Stored,
): Promise<Unwritten | Next> {
  const stale = await explain(store, asked, wanted, current);
  const { base: seen, merged: after } = stale;
  if (asked.onConflict !== 'merge' || !after || !seen?.body || !current.body) return stale;
  return write(store, asked, { seen, mine: applied(asked.resource, wanted, seen.body), current, after });
}

function create({ resource }: Asked, edit: Edit & { kind: 'create' }): Unwritten | Next {
  const empty = emptyBody(resource);
  const body = { ...empty, ...edit.fields } as Body;
  const issues = checkBody(resource, body);
  if (issues.length > 0) return { kind: 'refused', issues };
  return { kind: 'write', action: 'create', body, fields: changedFields(resource, empty, body) };
}

async function write(store: Store, asked: Asked, made: Made): Promise<Unwritten | Next> {
  const { resource } = asked;
  const { current, after } = made;
  const how = async () => {
    const found = await howOf(store, asked, made);
    return found ? { how: found } : {};
  };
  if (after === null) return { kind: 'write', action: 'destroy', body: null, fields: [], ...(await how()) };
  const fields = changedFields(resource, current.body ?? emptyBody(resource), after);
  if (current.body && fields.length === 0) return { kind: 'unchanged', record: current };
  const issues = checkBody(resource, after);
  if (issues.length > 0) return { kind: 'refused', issues };
  return { kind: 'write', action: current.body ? 'update' : 'create', body: after, fields, ...(await how()) };
}
