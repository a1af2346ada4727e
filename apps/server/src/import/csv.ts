import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { type CsvError, type Info, parse } from 'csv-parse';
import type { Delimiter } from './inspect.js';

// The rows of a file, one after another, with the lines on which they begin. Quotes are read strictly (RFC 4180):
// what breaks them is not guessed at but told, and reading goes on where the quotes fit again.

export type CsvPart =
  | { kind: 'row'; line: number; cells: string[] /** Read so far, in bytes. */; bytes: number }
  /** Lines that are no CSV. */
  | { kind: 'unreadable'; line: number; to: number; reason: string; bytes: number }
  /** Nothing after this line can be told apart any more; always the last part. */
  | { kind: 'broken'; line: number; reason: string };

/** A longer row is a quote that was never closed, or no list of records. */
const mostBytesOfRow = 1 << 20;

const reasons: Record<string, string> = {
  CSV_INVALID_CLOSING_QUOTE: 'a quoted cell goes on after its closing quote: quotes inside it must be doubled',
  INVALID_OPENING_QUOTE: 'a quote stands inside a cell that is not quoted',
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed',
  CSV_MAX_RECORD_SIZE: 'a row is longer than 1 MB: probably a quote is opened and never closed',
};

const reasonOf = (error: unknown): string => {
  const { code, message } = error as CsvError;
  return reasons[code] ?? message;
};

interface Complaint {
  line: number;
  code: string;
  reason: string;
}

/** Reads a file that `inspect` has found to be text. */
export async function* readCsv(file: string, delimiter: Delimiter): AsyncGenerator<CsvPart, void> {
  const seen = { bytes: 0, lines: 0 };
  let next = 1;
  let complaints: Complaint[] = [];
  const parser = parse({
    bom: true,
    delimiter,
    record_delimiter: '\n',
    relax_column_count: true,
    max_record_size: mostBytesOfRow,
    info: true,
    skip_records_with_error: true,
    on_skip(error) {
      if (!error) return undefined;
      if (error.code === 'CSV_MAX_RECORD_SIZE') throw error;
      complaints.push({ line: Number(error.lines), code: error.code, reason: reasonOf(error) });
      return undefined;
    },
  });
  const source = createReadStream(file);
  const stream = pipeline(
    source,
    (chunks: AsyncIterable<Buffer>) => plainLines(chunks, seen),
    parser,
    () => {},
  );
  // The parser is ahead of us: what it complained of belongs to the rows that are missing between two that came.
  const unreadable = (to: number): CsvPart => {
    const reason = complaints.find(({ line }) => line <= to)?.reason ?? 'is no CSV';
    complaints = complaints.filter(({ line }) => line > to);
    return { kind: 'unreadable', line: next, to, reason, bytes: seen.bytes };
  };
  try {
    for await (const { record, info } of stream as AsyncIterable<{ record: string[]; info: Info }>) {
      const line = info.lines - record.reduce((count, cell) => count + newlines(cell), 0);
      if (line > next) yield unreadable(line - 1);
      next = info.lines + 1;
      yield { kind: 'row', line, cells: record, bytes: seen.bytes };
    }
    const [first] = complaints;
    // The quote that broke first is the one to mend, even if it is a later one that was never closed.
    const open = complaints.some(({ code }) => code === 'CSV_QUOTE_NOT_CLOSED');
    if (first && open) yield { kind: 'broken', line: next, reason: first.reason };
    else if (first) yield unreadable(seen.lines);
  } catch (error) {
    yield { kind: 'broken', line: next, reason: complaints[0]?.reason ?? reasonOf(error) };
  } finally {
    source.destroy();
    parser.destroy();
  }
}

const newlines = (cell: string): number => (cell.includes('\n') ? cell.split('\n').length - 1 : 0);

/** Line ends of every system become `\n`: the parser then counts lines as an editor does, inside quotes too. */
async function* plainLines(
  chunks: AsyncIterable<Buffer>,
  seen: { bytes: number; lines: number },
): AsyncGenerator<Buffer> {
  let held = '';
  let last = '\n';
  for await (const chunk of chunks) {
    seen.bytes += chunk.length;
    // Bytes as characters: in UTF-8 these two bytes never stand within another character.
    const text = held + chunk.toString('latin1');
    held = text.endsWith('\r') ? '\r' : '';
    const plain = (held ? text.slice(0, -1) : text).replace(/\r\n?/g, '\n');
    seen.lines += newlines(plain);
    last = plain.at(-1) ?? last;
    yield Buffer.from(plain, 'latin1');
  }
  if (held) yield Buffer.from('\n');
  if (held || last !== '\n') seen.lines += 1;
}
