import {
  type Author,
  type Body,
  changedFields,
  checkBody,
  emptyBody,
  equal,
  type InputIssue,
  type Merge,
  merge,
  type Resource,
  type Verdict,
} from '@stet/protocol';
import type { Entry, Store, Stored } from '@stet/store';

// The road of every write, whoever sends it: page, API, socket, import, command line. There is no other (V3).
// read → is the base still current? → the whole new content → is it sound? → guarded write → outcome

export type Edit =
  | { kind: 'create'; fields: Partial<Body> }
  /** PUT: what is not named has no value. */
  | { kind: 'replace'; fields: Partial<Body> }
  /** PATCH: what is not named stays. */
  | { kind: 'patch'; fields: Partial<Body> }
  | { kind: 'destroy' }
  /** The content of an older version, or only some fields of it, as a new version. */
  | { kind: 'restore'; version: number; only: string[] | null };

export interface Save {
  workspace: string;
  resource: Resource;
  id: string;
  edit: Edit;
  /** The version that the edit started from: 0 for a create; null where it named one that no log of ours knows. */
  base: number | null;
  by: Author;
  key?: string;
}

export interface Stale {
  kind: 'stale';
  current: Stored;
  base: Stored | null;
  /** What was accepted after the base, oldest first. */
  changes: Entry[];
  verdicts: Record<string, Verdict>;
  conflicts: string[];
  merged: Body | null;
}

/** What became of a save. A conflict is one of the answers, not an exception. */
export type SaveOutcome =
  | { kind: 'saved'; entry: Entry }
  | { kind: 'unchanged'; record: Stored }
  | Stale
  | { kind: 'refused'; issues: InputIssue[] }
  | { kind: 'absent' }
  | { kind: 'gone'; tombstone: Stored }
  | { kind: 'taken'; record: Stored };

type Next = { kind: 'write'; action: Entry['action']; body: Body | null; fields: string[] };

// A conflict shows at most this many changes; the history has them all.
const mostChanges = 100;

/** Answers once the write is durable, or says why it was not made. */
export async function save(store: Store, request: Save): Promise<SaveOutcome> {
  for (;;) {
    const before = await store.records.get(request.workspace, request.resource.name, request.id);
    const next = await decide(store, request, before);
    if (next.kind !== 'write') return next;
    const outcome = await store.write({ ...target(request), before, ...next, at: new Date().toISOString() });
    if (outcome.kind === 'saved') return outcome;
    // Somebody was faster between reading and writing: read again. The base no longer fits then, so this ends.
  }
}

const target = ({ workspace, resource, id, by, key }: Save) => ({
  workspace,
  resource,
  id,
  by,
  ...(key === undefined ? {} : { key }),
});

async function decide(store: Store, request: Save, before: Stored | null): Promise<SaveOutcome | Next> {
  const { edit, base, resource } = request;
  if (edit.kind === 'create') {
    if (before) return { kind: 'taken', record: before };
    return sound(resource, null, { ...emptyBody(resource), ...edit.fields } as Body, 'create');
  }
  if (!before) return { kind: 'absent' };
  if (before.version !== base) return explain(store, request, before);
  if (edit.kind === 'restore') return restore(store, request, edit, before);
  if (before.body === null) return { kind: 'gone', tombstone: before };
  if (edit.kind === 'destroy') return { kind: 'write', action: 'destroy', body: null, fields: [] };
  const after = applied(resource, edit, before.body);
  if (changedFields(resource, before.body, after).length === 0) return { kind: 'unchanged', record: before };
  return sound(resource, before.body, after, 'update');
}

const applied = (resource: Resource, edit: Edit & { kind: 'replace' | 'patch' }, body: Body): Body =>
  ({ ...(edit.kind === 'replace' ? emptyBody(resource) : body), ...edit.fields }) as Body;

function sound(resource: Resource, before: Body | null, after: Body, action: Entry['action']): SaveOutcome | Next {
  const issues = checkBody(resource, after);
  if (issues.length > 0) return { kind: 'refused', issues };
  return { kind: 'write', action, body: after, fields: changedFields(resource, before ?? emptyBody(resource), after) };
}

async function restore(
  store: Store,
  { workspace, resource, id }: Save,
  edit: Edit & { kind: 'restore' },
  before: Stored,
): Promise<SaveOutcome | Next> {
  const old = (await store.log.at(workspace, resource.name, id, edit.version))?.left.body;
  if (!old) return { kind: 'refused', issues: [{ path: 'version', message: 'is no version that has content' }] };
  // A tombstone has no content that single fields could be put into.
  if (before.body === null) return sound(resource, null, old, 'create');
  const wanted = edit.only ?? Object.keys(resource.fields);
  const after = { ...before.body, ...Object.fromEntries(wanted.map((name) => [name, old[name] ?? null])) };
  if (changedFields(resource, before.body, after).length === 0) return { kind: 'unchanged', record: before };
  return sound(resource, before.body, after, 'update');
}

/** The one answer to a stale save (V2): all that is needed to decide. */
async function explain(store: Store, request: Save, current: Stored): Promise<Stale> {
  const { workspace, resource, id, edit } = request;
  const known = request.base !== null && request.base > 0 && request.base < current.version ? request.base : null;
  const base = known === null ? null : ((await store.log.at(workspace, resource.name, id, known))?.left ?? null);
  const newest = known === null ? 1 : Math.min(mostChanges, current.version - known);
  const changes = (await store.log.history(workspace, resource.name, id, current.version + 1, newest)).reverse();
  return { kind: 'stale', current, base, changes, ...judge(resource, edit, base?.body ?? null, current.body) };
}

function judge(resource: Resource, edit: Edit, base: Body | null, current: Body | null): Merge {
  if (edit.kind !== 'replace' && edit.kind !== 'patch') return against(resource, base, current);
  const mine = applied(resource, edit, base ?? current ?? emptyBody(resource));
  // Whoever edits what was destroyed meanwhile has each edited field in conflict with the destruction.
  if (current === null) return against(resource, base, mine);
  return merge(resource, base, mine, current);
}

/** Verdicts where one side is no content but a destruction or a restore: each field that the other touched is a question. */
function against(resource: Resource, base: Body | null, other: Body | null): Merge {
  const from = base ?? emptyBody(resource);
  const touched = (name: string) => other !== null && !equal(from[name], other[name]);
  const verdicts = Object.fromEntries(
    Object.keys(resource.fields).map((name): [string, Verdict] => [name, touched(name) ? 'conflict' : 'same']),
  );
  return { verdicts, conflicts: Object.keys(verdicts).filter(touched), merged: null };
}
