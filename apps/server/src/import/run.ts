import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Author, Resource } from '@stet/protocol';
import type { Store } from '@stet/store';
import type { SaveOutcome } from '../save/outcome.js';
import type { Save } from '../save/request.js';
import { type Separators, whyNotParted } from './cells.js';
import { type ColumnChoices, type Columns, matchColumns } from './columns.js';
import { type CsvPart, readCsv } from './csv.js';
import { inspect } from './inspect.js';
import { recogniser } from './keys.js';
import type { Note } from './notes.js';
import type { Prefer } from './plan.js';
import { importVia } from './provenance.js';
import { createReader, type Reader, type ReadPart } from './reader.js';
import type { Ended, ImportReport, Progress } from './report.js';
import { type Road, type SettledRow, settleRow } from './row.js';
import { Tally } from './tally.js';

// The import of a file: look at it → match its columns → row by row: cells → record → plan → save. Options, progress,
// notes and report are plain data, so that a command line may be at the other end of a socket.

export interface ImportOptions extends ColumnChoices {
  /** Path of the file, absolute. */
  file: string;
  dryRun?: boolean;
  prefer?: Prefer;
  /** What parts the entries of lists, by field, where the file's own habit is not ours. */
  split?: Separators;
}

/** The import waits for what its listeners promise, so that a slow one is not flooded. */
export interface ImportDeps {
  store: Store;
  save: (request: Save) => Promise<SaveOutcome>;
  workspace: string;
  resource: Resource;
  by: Author;
  /** How the columns were matched, before the first row is read. */
  onColumns?: (columns: Columns) => void | Promise<void>;
  onProgress?: (progress: Progress) => void | Promise<void>;
  /** Each note, in the order of the lines. */
  onNote?: (note: Note) => void | Promise<void>;
  signal?: AbortSignal;
}

export type ImportOutcome = { kind: 'refused'; message: string } | { kind: 'imported'; report: ImportReport };

// So many rows are on their way at once: they commit together, and others get their turn after each batch.
const batchSize = 64;
// Bounds what has to be remembered of a file.
const mostRows = 1_000_000;

/** Refuses what cannot be read as a whole; else imports what can be, and reports the rest. A bad file never throws. */
export async function importFile(options: ImportOptions, deps: ImportDeps): Promise<ImportOutcome> {
  const began = performance.now();
  const { file, dryRun = false, prefer = 'people', split = {} } = options;
  const { store, save, workspace, resource, signal } = deps;
  if (!(await store.workspaces.get(workspace))) return refused(`There is no workspace "${workspace}".`);
  const notParted = whyNotParted(resource, split);
  if (notParted) return refused(notParted);
  const inspected = await inspect(file, signal);
  if (inspected.kind === 'refused') return inspected;
  const parts = readCsv(file, inspected.delimiter);
  try {
    const header = await firstRow(parts);
    if (typeof header === 'string') return refused(`${file}: ${header}.`);
    const matching = matchColumns(resource, header, options);
    if (matching.kind === 'refused') return matching;
    const { columns } = matching;
    await deps.onColumns?.(columns);
    const recognise = await recogniser(store, workspace, resource, columns.key, signal);
    const read = createReader({ resource, columns, width: header.length, split, recognise });
    const headers = new Map(columns.matched.map((column) => [column.field, column.header]));
    const columnOf = (field: string) => headers.get(field) ?? field;
    const by: Author = { ...deps.by, via: importVia };
    const road = { store, save, workspace, resource, by, prefer, dryRun, columnOf };
    const tally = new Tally();
    const ended = await drain({ parts, read, road, tally, size: inspected.size }, deps);
    const { counts, rules, notes, shown } = tally;
    const seconds = (performance.now() - began) / 1000;
    return {
      kind: 'imported',
      report: {
        file,
        workspace,
        resource: resource.name,
        dryRun,
        columns,
        counts,
        rules,
        notes,
        shown,
        ended,
        seconds,
      },
    };
  } finally {
    await parts.return(undefined);
  }
}

const refused = (message: string): ImportOutcome => ({ kind: 'refused', message });

async function firstRow(parts: AsyncGenerator<CsvPart, void>): Promise<string[] | string> {
  for (;;) {
    const { value: part } = await parts.next();
    if (!part) return 'it has no header line';
    if (part.kind !== 'row') return `line ${part.line} ${part.reason}`;
    if (part.cells.some((cell) => cell.trim() !== '')) return part.cells;
  }
}

interface Work {
  parts: AsyncGenerator<CsvPart, void>;
  read: Reader;
  road: Road;
  tally: Tally;
  size: number;
}

async function drain({ parts, read, road, tally, size }: Work, deps: ImportDeps): Promise<Ended> {
  let batch: ReadPart[] = [];
  let bytes = 0;
  for await (const part of parts) {
    if (deps.signal?.aborted) return { kind: 'stopped' };
    if (part.kind === 'broken') return (await settle()) ?? part;
    bytes = part.bytes;
    const readPart = await read(part);
    if (!readPart) continue;
    if (tally.counts.rows + batch.length === mostRows) {
      const reason = `a file may have ${mostRows.toLocaleString('en')} rows: part it`;
      return (await settle()) ?? { kind: 'broken', line: part.line, reason };
    }
    batch.push(readPart);
    if (batch.length < batchSize) continue;
    const ended = await settle();
    if (ended) return ended;
    await nextTurn();
  }
  if (deps.signal?.aborted) return { kind: 'stopped' };
  bytes = size;
  return (await settle()) ?? { kind: 'complete' };

  /** Saves what has been read; answers only where the import cannot go on. */
  async function settle(): Promise<Ended | null> {
    const reads = batch;
    batch = [];
    const rows = await Promise.all(reads.map(({ row }) => (row ? settleRow(row, road) : leftOut)));
    for (const [place, { end, notes }] of rows.entries()) {
      tally.row(end);
      for (const note of [...(reads[place]?.notes ?? []), ...notes]) {
        tally.note(note);
        await deps.onNote?.(note);
      }
    }
    await deps.onProgress?.({ ...tally.counts, bytes, of: size });
    const broken = rows.findIndex((row) => row.broken !== undefined);
    if (broken === -1) return null;
    return { kind: 'broken', line: reads[broken]?.line ?? 0, reason: `the store failed: ${rows[broken]?.broken}` };
  }
}

const leftOut: SettledRow = { end: 'leftOut', notes: [] };
