import type { Cells, Resource } from '@stet/protocol';
import { readCells, type Separators } from './cells.js';
import type { Columns } from './columns.js';
import type { CsvPart } from './csv.js';
import { keyOf, keyRules, type Recognise } from './keys.js';
import type { Note } from './notes.js';
import type { Row } from './row.js';

// From a part of a file to a row that knows its record, or to the reason why it is left out.

export interface ReadPart {
  line: number;
  /** null where nothing is to be done for this part but to tell why. */
  row: Row | null;
  notes: Note[];
}

export const partRules = {
  unreadable: 'is not readable as CSV',
  count: 'has another number of cells than the header, so nothing tells which cell is which',
  twice: 'an earlier line of the file speaks of the same record',
} as const;

/** Reads one part after another; null for a blank line. */
export type Reader = (part: Exclude<CsvPart, { kind: 'broken' }>) => Promise<ReadPart | null>;

export interface ReaderOptions {
  resource: Resource;
  columns: Columns;
  /** How many cells a row has. */
  width: number;
  split: Separators;
  recognise: Recognise;
}

// A cell may be long; a note that quotes it need not be.
const longestQuote = 2000;
const quote = (text: string): string => (text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text);

export function createReader({ resource, columns, width, split, recognise }: ReaderOptions): Reader {
  const { key, matched } = columns;
  const headerOf = new Map(matched.map(({ field, header }) => [field, header]));
  const lines = new Map<string, number>();

  const leftOut = (line: number, id: string | null, rule: string, detail?: string, notes: Note[] = []): ReadPart => ({
    line,
    row: null,
    notes: [...notes, { kind: 'row-left-out', line, id, rule, ...(detail === undefined ? {} : { detail }) }],
  });

  return async (part) => {
    const { line } = part;
    if (part.kind === 'unreadable') {
      const { to, reason } = part;
      return {
        line,
        row: null,
        notes: [{ kind: 'row-left-out', line, to, id: null, rule: partRules.unreadable, detail: reason }],
      };
    }
    const { cells } = part;
    if (cells.every((cell) => cell.trim() === '')) return null;
    const fits = cells.length >= width && cells.slice(width).every((cell) => cell.trim() === '');
    if (!fits) return leftOut(line, null, partRules.count, `${cells.length} instead of ${width}`);
    const raw: Cells = Object.fromEntries(matched.map(({ field, index }) => [field, cells[index] ?? '']));
    const { fields, notes: cellNotes } = readCells(resource, raw, split);
    const notes = cellNotes.map(({ from, to, ...note }): Note => {
      const place = { ...note, line, column: headerOf.get(note.field) ?? note.field, from: quote(from) };
      return place.kind === 'mended'
        ? { ...place, kind: 'mended', to: quote(to ?? '') }
        : { ...place, kind: 'left-out' };
    });
    const value = keyOf(key, cells, fields);
    if (value === null) return leftOut(line, null, keyRules.noValue, undefined, notes);
    const found = await recognise(value);
    if (found.kind === 'none') return leftOut(line, null, found.rule, found.detail, notes);
    const earlier = lines.get(found.id);
    if (earlier !== undefined) return leftOut(line, found.id, partRules.twice, `line ${earlier}`, notes);
    lines.set(found.id, line);
    return { line, row: { line, id: found.id, fields }, notes };
  };
}
