import type { Author, Body, Resource } from '@stet/protocol';
import type { Store } from '@stet/store';
import type { SaveOutcome } from '../save/outcome.js';
import type { Save } from '../save/request.js';
import type { Note } from './notes.js';
import { type Dropped, differing, type Plan, type Prefer, plan, type Settled } from './plan.js';
import { authorsOf, lastImported } from './provenance.js';

// One row's way into its record: read, plan, save; and again from the start where somebody saved in between.

export interface Row {
  line: number;
  id: string;
  fields: Partial<Body>;
}

export interface Road {
  store: Store;
  save: (request: Save) => Promise<SaveOutcome>;
  workspace: string;
  resource: Resource;
  by: Author;
  prefer: Prefer;
  dryRun: boolean;
  /** The header of the column that a field is read from. */
  columnOf: (field: string) => string;
}

export type RowEnd = 'created' | 'updated' | 'unchanged' | 'leftOut' | 'failed';

export interface SettledRow {
  end: RowEnd;
  notes: Note[];
  /** The store itself failed: the next rows would fare no better. */
  broken?: string;
}

/** Somebody who saves faster than this is writing the very record: the row is told of, not fought for. */
const mostAttempts = 5;

export const rowRules = {
  destroyed: 'the record was destroyed; restore it first',
  unsound: 'the record would not be sound',
  dropped: 'would make the record unsound',
  kept: 'a person changed it since the last import: their value stands',
  replaced: "a person changed it since the last import: the file's value was written over theirs, as asked",
  moving: `somebody else saved the record each time, ${mostAttempts} times in a row`,
  store: 'the store failed',
} as const;

export async function settleRow(row: Row, road: Road): Promise<SettledRow> {
  try {
    for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
      const settled = await attemptRow(row, road);
      if (settled) return settled;
    }
    return failed(row, rowRules.moving);
  } catch (error) {
    const broken = error instanceof Error ? error.message : String(error);
    return { ...failed(row, rowRules.store, broken), broken };
  }
}

const failed = ({ line, id }: Row, rule: string, detail?: string): SettledRow => ({
  end: 'failed',
  notes: [{ kind: 'not-saved', line, id, rule, ...(detail === undefined ? {} : { detail }) }],
});

/** null where the record moved on between reading and saving. */
async function attemptRow(row: Row, road: Road): Promise<SettledRow | null> {
  const { store, workspace, resource, prefer } = road;
  const target = { workspace, resource: resource.name, id: row.id };
  const current = await store.records.get(workspace, resource.name, row.id);
  const differ = differing(row.fields, current);
  const imported = differ.length > 0 ? await lastImported(store, target, differ) : {};
  const planned = plan(resource, row.fields, imported, current, prefer);
  if (planned.kind === 'destroyed') {
    const by = (await store.log.at(workspace, resource.name, row.id, current?.version ?? 0))?.by.name;
    return leftOut(row, rowRules.destroyed, by === undefined ? undefined : `by ${by}`);
  }
  if (planned.kind === 'unsound') return leftOut(row, rowRules.unsound, tell(planned.issues));
  const saved = await write(row, planned, road);
  if (saved === null || typeof saved !== 'string') return saved;
  const settled = planned.kind === 'create' ? [] : planned.settled;
  const authors = await authorsOf(
    store,
    target,
    current?.version ?? 0,
    settled.map(({ field }) => field),
  );
  return { end: saved, notes: [...planned.dropped.map(notDropped), ...settled.map(told)] };

  function notDropped({ field, file, issue }: Dropped): Note {
    const from = Array.isArray(file) ? file.join('; ') : String(file);
    return {
      kind: 'left-out',
      line: row.line,
      column: road.columnOf(field),
      field,
      from,
      rule: rowRules.dropped,
      detail: `${issue.path} ${issue.message}`,
    };
  }

  function told({ field, file, record, kind }: Settled): Note {
    const by = authors[field] ?? null;
    return { kind, line: row.line, id: row.id, field, file, record, by, rule: rowRules[kind] };
  }
}

type Writable = Exclude<Plan, { kind: 'destroyed' } | { kind: 'unsound' }>;

async function write(row: Row, planned: Writable, road: Road): Promise<RowEnd | SettledRow | null> {
  if (planned.kind === 'unchanged') return 'unchanged';
  const end = planned.kind === 'create' ? 'created' : 'updated';
  if (road.dryRun) return end;
  const { workspace, resource, by } = road;
  const [edit, base] =
    planned.kind === 'create'
      ? [{ kind: 'create' as const, fields: planned.fields }, 0]
      : [{ kind: 'patch' as const, fields: planned.fields }, planned.base];
  const outcome = await road.save({ workspace, resource, id: row.id, edit, base, by });
  if (outcome.kind === 'saved') return end;
  if (outcome.kind === 'unchanged') return 'unchanged';
  return outcome.kind === 'refused' ? leftOut(row, rowRules.unsound, tell(outcome.issues)) : null;
}

const tell = (issues: ReadonlyArray<{ path: string; message: string }>): string =>
  issues.map(({ path, message }) => `${path} ${message}`.trim()).join('; ');

const leftOut = ({ line, id }: Row, rule: string, detail?: string): SettledRow => ({
  end: 'leftOut',
  notes: [{ kind: 'row-left-out', line, id, rule, ...(detail === undefined ? {} : { detail }) }],
});
