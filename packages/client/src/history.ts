import {
  type Author,
  type InputIssue,
  problemName,
  quoted,
  type Stale,
  type StetRecord,
  type Tombstone,
  type VersionInfo,
} from '@stet/protocol';
import { type Api, detailOf, isUnknown } from './api.js';
import { meetRefusal } from './carrier.js';
import { isTombstone } from './news.js';
import type { Own } from './own.js';
import type { Persistent } from './persistent.js';
import type { StetModel } from './record.js';

// The history of one record: reading it, and bringing something of it back. Each way back is a save like any other: a
// new version on top, guarded by a version that the person has seen, and told to the record by its one method `meet`.

export type HistoryPage =
  | { kind: 'ok'; items: VersionInfo[]; next: string | null }
  | { kind: 'failed'; detail: string };

/** One version with its content; null where it was a deletion. */
export interface WholeVersion extends VersionInfo {
  obj: StetRecord | null;
}

export type VersionRead = { kind: 'ok'; version: WholeVersion } | { kind: 'failed'; detail: string };

/** What comes back: the content of a version, or only some fields of it. */
export interface Wanted {
  version: number;
  fields?: readonly string[];
}

/** The version that a way back is guarded by. */
export interface Seen {
  version: number;
  etag: string;
}

export type Restored =
  | { kind: 'restored'; version: number }
  /** All of that stands there already: no version was made. */
  | { kind: 'unchanged' }
  /** One of these fields has changed again, or the record was deleted: nothing was written. */
  | { kind: 'stale'; stale: Stale }
  | { kind: 'failed'; detail: string; issues: InputIssue[] };

export type LastUndone =
  | { kind: 'undone'; made: VersionInfo; version: number }
  /** None of the newest versions is the person's own, or it is the creation: that is no change that could go back. */
  | { kind: 'nothing' }
  | { kind: 'unchanged'; made: VersionInfo }
  | { kind: 'stale'; made: VersionInfo; stale: Stale }
  | { kind: 'failed'; detail: string; issues: InputIssue[] };

export interface History {
  /** Newest first, 50 at a time; `next` of one page is the `after` of the following. */
  versions(model: StetModel, after?: string): Promise<HistoryPage>;
  /** One version, whole. A version never changes, so it is read once. */
  version(model: StetModel, version: number): Promise<VersionRead>;
  /** Goes through unless one of the fields that come back has changed after the version that the person has seen. */
  restore(model: StetModel, wanted: Wanted, seen: Seen): Promise<Restored>;
  /**
   * Takes back what the person's newest version changed, where nobody changed it again; what others saved in other
   * fields stays. An undo is a save too: undoing once more takes it back. `made` is that version, where it is known.
   */
  undoLast(model: StetModel, made?: VersionInfo): Promise<LastUndone>;
}

/** The newest save of a person's own among these, where it can be undone. */
export function undoable(items: readonly VersionInfo[], isOwn: (by: Author) => boolean): VersionInfo | null {
  const made = items.find(({ by }) => isOwn(by));
  return made && made.action !== 'create' ? made : null;
}

export interface ChangedAgain {
  by: Author;
  /** The newest of that person's versions that did. */
  version: number;
  fields: string[];
}

/** Who changed these fields last, of what a refusal tells; null where the record was deleted. */
export function changedAgain({ current, changes }: Stale, fields: readonly string[]): ChangedAgain[] | null {
  if (isTombstone(current as StetRecord | Tombstone)) return null;
  const people = new Map<string, ChangedAgain>();
  const told = new Set<string>();
  for (const { version, by, fields: changed } of [...changes].reverse()) {
    const last = changed.filter((name) => fields.includes(name) && !told.has(name));
    for (const name of last) told.add(name);
    if (last.length === 0) continue;
    const known = people.get(by.id);
    if (known) known.fields.push(...last);
    else people.set(by.id, { by, version, fields: last });
  }
  return [...people.values()];
}

// Versions that were looked at last: a bound for a page that stays open for days.
const mostKept = 200;

export interface HistoryOptions {
  /** For reading: a page of it is large. */
  rest: Api;
  /** For what is brought back. */
  persistent: Persistent;
  own: Own;
  pathOf(model: StetModel): string;
}

export function createHistory({ rest, persistent, own, pathOf }: HistoryOptions): History & { forget(): void } {
  const kept = new Map<string, Promise<VersionRead>>();
  /** Keys of restores that no answer has told of: asked again, it is the same restore (V7). */
  const unanswered = new Map<string, string>();

  async function versions(model: StetModel, after?: string): Promise<HistoryPage> {
    const query = after === undefined ? '' : `?${new URLSearchParams({ after })}`;
    const answer = await rest({ method: 'GET', path: `${pathOf(model)}/versions${query}` });
    if (answer.kind !== 'ok') return { kind: 'failed', detail: detailOf(answer) };
    return { kind: 'ok', ...(answer.body as { items: VersionInfo[]; next: string | null }) };
  }

  async function read(path: string): Promise<VersionRead> {
    const answer = await rest({ method: 'GET', path });
    if (answer.kind === 'ok') return { kind: 'ok', version: answer.body as WholeVersion };
    kept.delete(path);
    return { kind: 'failed', detail: detailOf(answer) };
  }

  function version(model: StetModel, number: number): Promise<VersionRead> {
    const path = `${pathOf(model)}/versions/${number}`;
    const known = kept.get(path) ?? read(path);
    // The last one that was asked for is the last one to be forgotten.
    kept.delete(path);
    kept.set(path, known);
    const [oldest] = kept.keys();
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    return known;
  }

  async function restore(model: StetModel, wanted: Wanted, seen: Seen): Promise<Restored> {
    const path = `${pathOf(model)}/restore?onConflict=merge`;
    const asked = JSON.stringify([path, wanted, seen.etag]);
    const key = unanswered.get(asked) ?? own.newKey();
    unanswered.set(asked, key);
    const headers = { ...own.headers(), 'if-match': quoted(seen.etag), 'idempotency-key': key };
    const answer = await persistent.ask({ method: 'POST', path, headers, body: wanted });
    if (!isUnknown(answer)) unanswered.delete(asked);
    if (answer.kind === 'unreachable') return { kind: 'failed', detail: detailOf(answer), issues: [] };
    if (answer.kind === 'ok') return restored(model, answer.body as StetRecord, seen);
    meetRefusal(model, own, answer.problem, headers['if-match']);
    if (problemName(answer.problem) === 'stale-version') {
      return { kind: 'stale', stale: answer.problem as unknown as Stale };
    }
    return { kind: 'failed', detail: detailOf(answer), issues: answer.problem.errors ?? [] };
  }

  function restored(model: StetModel, record: StetRecord, seen: Seen): Restored {
    // Where nothing had to be written, the answer is what stood there: what the person saw, or somebody else's.
    const isNew = record.version > seen.version && record.updatedBy === own.user.id;
    model.meet(isNew ? { kind: 'saved', record } : { kind: 'read', record });
    return isNew ? { kind: 'restored', version: record.version } : { kind: 'unchanged' };
  }

  async function undoLast(model: StetModel, known?: VersionInfo): Promise<LastUndone> {
    const page = known ? null : await versions(model);
    if (page?.kind === 'failed') return { ...page, issues: [] };
    const made = undoable(known ? [known] : (page?.items ?? []), ({ id }) => id === own.user.id);
    if (!made) return { kind: 'nothing' };
    // What was deleted comes back whole: a tombstone has no content that fields could be put into.
    const fields = made.action === 'destroy' ? {} : { fields: made.fields };
    const outcome = await restore(model, { version: made.version - 1, ...fields }, made);
    switch (outcome.kind) {
      case 'restored':
        return { kind: 'undone', made, version: outcome.version };
      case 'failed':
        return outcome;
      case 'unchanged':
      case 'stale':
        return { ...outcome, made };
    }
  }

  return { versions, version, restore, undoLast, forget: () => kept.clear() };
}
