import type { Value } from '@stet/protocol';

// What an import has to say about one line of a file. `rule` is a constant sentence: notes are counted by it.

export type Note =
  /** A cell was brought to a value by a rule. */
  | { kind: 'mended'; line: number; column: string; field: string; from: string; to: string; rule: string }
  /** A cell was left out; the rest of its row was not. */
  | { kind: 'left-out'; line: number; column: string; field: string; from: string; rule: string; detail?: string }
  /** A whole row was left out; `to` where several lines are one unreadable piece. */
  | { kind: 'row-left-out'; line: number; to?: number; id: string | null; rule: string; detail?: string }
  /** The file says something else than a person did since: the person's value stands. */
  | (Settled & { kind: 'kept' })
  /** The same, where the importer asked for the file's value: it was written over the person's. */
  | (Settled & { kind: 'replaced' })
  /** A row that should have been saved and was not. */
  | { kind: 'not-saved'; line: number; id: string; rule: string; detail?: string };

interface Settled {
  line: number;
  id: string;
  field: string;
  /** What the file says, what the record says, and whose word the latter is. */
  file: Value;
  record: Value;
  by: string | null;
  rule: string;
}

/** One line of a report file (JSON lines). */
export const noteLine = (note: Note): string => `${JSON.stringify(note)}\n`;

const showValue = (value: Value): string =>
  value === null ? 'nothing' : Array.isArray(value) ? JSON.stringify(value.join('; ')) : JSON.stringify(value);

const longest = 120;
const clip = (text: string): string => {
  const plain = text.replace(/\s+/g, ' ');
  return plain.length > longest ? `${plain.slice(0, longest - 1)}…` : plain;
};

const because = ({ rule, detail }: { rule: string; detail?: string }): string =>
  detail === undefined ? rule : `${rule} (${clip(detail)})`;

const where = (note: Note): string =>
  note.kind === 'row-left-out' && note.to !== undefined && note.to > note.line
    ? `lines ${note.line} to ${note.to}`
    : `line ${note.line}`;

const tell = (note: Note): string => {
  switch (note.kind) {
    case 'mended':
      return `${note.column} ${clip(JSON.stringify(note.from))} → ${clip(JSON.stringify(note.to))}: ${note.rule}`;
    case 'left-out':
      return `${note.column} ${clip(JSON.stringify(note.from))} left out: ${because(note)}`;
    case 'row-left-out':
      return `row left out${note.id === null ? '' : ` (${note.id})`}: ${because(note)}`;
    case 'kept':
    case 'replaced': {
      const whose = note.by === null ? 'in the record' : `by ${note.by}`;
      const [file, record] = [clip(showValue(note.file)), clip(showValue(note.record))];
      return note.kind === 'kept'
        ? `${note.id} ${note.field}: ${record} ${whose} stands; the file says ${file}`
        : `${note.id} ${note.field}: ${record} ${whose} was replaced by the file's ${file}`;
    }
    case 'not-saved':
      return `${note.id} not saved: ${because(note)}`;
  }
};

/** For people: one line, long values clipped. */
export const noteText = (note: Note): string => `${where(note)}: ${tell(note)}`;
