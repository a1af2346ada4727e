import {
  type Body,
  emptyBody,
  equal,
  type Field,
  type Merge,
  merge,
  type Resource,
  type Verdict,
} from '@stet/protocol';
import type { Store, Stored } from '@stet/store';
import { applied, broughtBack, type Wanted } from './edit.js';
import type { Stale } from './outcome.js';
import type { Asked } from './request.js';

// The one answer to a stale save (V2): all that is needed to decide.

// A conflict shows at most this many changes, and so does a receipt; the history has them all.
export const mostChanges = 100;

export async function explain(store: Store, request: Asked, wanted: Wanted, current: Stored): Promise<Stale> {
  const { workspace, resource, id } = request;
  const known = request.base !== null && request.base > 0 && request.base < current.version ? request.base : null;
  const base = known === null ? null : ((await store.log.at(workspace, resource.name, id, known))?.left ?? null);
  const newest = known === null ? 1 : Math.min(mostChanges, current.version - known);
  const changes = (await store.log.history(workspace, resource.name, id, current.version + 1, newest)).reverse();
  const { verdicts, conflicts, merged } = judge(resource, wanted, base?.body ?? null, current.body);
  return { kind: 'stale', current, base, changes, verdicts, conflicts, merged };
}

type Judged = Pick<Merge, 'verdicts' | 'conflicts' | 'merged'>;

/** What the edit, made on `base`, and `current` come to together. */
export function judge(resource: Resource, wanted: Wanted, base: Body | null, current: Body | null): Judged {
  if (wanted.kind === 'destroy') return against(resource, base, current);
  if (wanted.kind === 'restore') {
    return base && current ? returning(resource, wanted, base, current) : against(resource, base, current);
  }
  const mine = applied(resource, wanted, base ?? current ?? emptyBody(resource));
  // Whoever edits what was destroyed meanwhile has each edited field in conflict with the destruction.
  if (current === null || mine === null) return against(resource, base, mine);
  return merge(resource, base, mine, current);
}

const whole = (field: Field): Field => ({ ...field, merge: 'replace' });

/** A restore's values come back whole or not at all: what has changed again is a question, whatever its rule. */
function returning(resource: Resource, wanted: Wanted & { kind: 'restore' }, base: Body, current: Body): Judged {
  const fields = Object.fromEntries(Object.entries(resource.fields).map(([name, field]) => [name, whole(field)]));
  const mine = applied(resource, wanted, base) ?? current;
  const { verdicts, merged } = merge({ ...resource, fields }, base, mine, current);
  for (const name of broughtBack(resource, wanted)) if (verdicts[name] === 'theirs') verdicts[name] = 'conflict';
  const conflicts = Object.keys(verdicts).filter((name) => verdicts[name] === 'conflict');
  return { verdicts, conflicts, merged: conflicts.length === 0 ? merged : null };
}

/** Verdicts where one side is no content but a destruction or a restore: each field that the other touched is a question. */
function against(resource: Resource, base: Body | null, other: Body | null): Judged {
  const from = base ?? emptyBody(resource);
  const touched = (name: string) => other !== null && !equal(from[name], other[name]);
  const verdicts = Object.fromEntries(
    Object.keys(resource.fields).map((name): [string, Verdict] => [name, touched(name) ? 'conflict' : 'same']),
  );
  return { verdicts, conflicts: Object.keys(verdicts).filter(touched), merged: null };
}
