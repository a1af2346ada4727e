import { idSchema, type Role, roles } from '@stet/protocol';
import { type Choosing, choices } from '../editors/editor.js';
import { durationText, readDuration } from './duration.js';

// Sentences of a scenario, each said once and used both ways: a pattern such as `type <record> <field> <value>` is read
// from text and written to it. What can stand in a gap is the same in all of them.

interface Gaps {
  record: string;
  field: string;
  value: unknown;
  fields: Readonly<Record<string, unknown>>;
  word: string;
  place: number;
  how: Choosing;
  version: number;
  time: number;
  node: number;
  user: string;
  role: Role;
}
type Gap = keyof Gaps;

/** The names of a pattern's gaps. */
type In<P extends string> = P extends `${string}<${infer G}>${infer Rest}` ? (G & Gap) | In<Rest> : never;
type Filled<P extends string> = Pick<Gaps, In<P>>;

interface Way<T> {
  /** A regular expression without groups of its own. */
  looks: string;
  /** Undefined where it is not one. */
  read(text: string): T | undefined;
  write(value: T): string;
  /** What is wrong with one that can't be read. */
  must: string;
}

function json(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const oneOf = <T extends string>(allowed: readonly T[]) => ({
  looks: '\\S+',
  read: (text: string) => allowed.find((one) => one === text),
  write: (value: T) => value,
  must: `must be one of ${allowed.join(', ')}`,
});

const whole = (must: string) => ({
  looks: '\\S+',
  read: (text: string) => (/^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined),
  write: String,
  must,
});

const name = (must: string) => ({
  looks: '\\S+',
  read: (text: string) => (idSchema.safeParse(text).success ? text : undefined),
  write: (value: string) => value,
  must,
});

const ways: { [G in Gap]: Way<Gaps[G]> } = {
  record: name('must be the name of a record, such as book-1'),
  user: name('must be the name of a person, such as ana'),
  field: {
    ...name('must be the name of a field, such as title'),
    read: (text) => (/^\w{1,60}$/.test(text) ? text : undefined),
  },
  value: {
    looks: '[\\s\\S]+',
    read: (text) => json(text)?.value,
    write: (value) => JSON.stringify(value),
    must: 'must be a value as in JSON: "Dune", 412, ["Frank Herbert"] or null',
  },
  fields: {
    looks: '[\\s\\S]+',
    read: (text) => {
      const value = json(text)?.value;
      return isObject(value) ? value : undefined;
    },
    write: (value) => JSON.stringify(value),
    must: 'must be the fields as in JSON: {"title":"Dune"}',
  },
  word: {
    looks: '"(?:[^"\\\\]|\\\\[\\s\\S])*"|\\S+',
    read: (text) => {
      const value = json(text)?.value;
      return typeof value === 'string' ? value : undefined;
    },
    write: (value) => JSON.stringify(value),
    must: 'must be a text in quotes, such as "w17"',
  },
  place: {
    looks: '\\S+',
    read: (text) => {
      const place = Number(text);
      return /^\d/.test(text) && place >= 0 && place <= 1 ? place : undefined;
    },
    write: String,
    must: 'must be a place from 0 (the beginning) to 1 (the end), such as 0.5',
  },
  how: oneOf(choices),
  role: oneOf(roles),
  version: whole('must be a version, such as 3'),
  node: {
    ...whole('must be the number of a server, such as 2'),
    read: (text) => (/^[1-9]$/.test(text) ? Number(text) - 1 : undefined),
    write: (node) => String(node + 1),
  },
  time: {
    looks: '\\d\\S*(?:\\s(?:ms|s|m))?',
    read: (text) => readDuration(text) ?? undefined,
    write: durationText,
    must: 'must be a time such as 300ms, 2s or 1m',
  },
};

/** One sentence. `from` answers null where what is to be said is another one's. */
export interface Form<T> {
  pattern: string;
  /** Undefined where the text is another sentence. */
  read(text: string): Sentence<T> | undefined;
  write(said: T): string | null;
}

export type Sentence<T> = { kind: 'ok'; said: T } | { kind: 'wrong'; what: string };

export function form<T, P extends string>(
  pattern: P,
  to: (filled: Filled<P>) => T,
  from: (said: T) => Filled<P> | null,
): Form<T> {
  const gaps = [...pattern.matchAll(/<(\w+)>/g)].map(([, gap]) => gap as Gap);
  const looks = pattern.replace(/<(\w+)>/g, (_, gap: Gap) => `(${ways[gap].looks})`).replaceAll(' ', '\\s+');
  const shape = new RegExp(`^${looks}$`);
  return {
    pattern,
    read(text) {
      const match = shape.exec(text.trim());
      if (!match) return undefined;
      const filled: Partial<Record<Gap, unknown>> = {};
      for (const [index, gap] of gaps.entries()) {
        const given = match[index + 1] ?? '';
        const value = ways[gap].read(given);
        if (value === undefined) return { kind: 'wrong', what: `${given.slice(0, 60)} ${ways[gap].must}` };
        filled[gap] = value;
      }
      return { kind: 'ok', said: to(filled as Filled<P>) };
    },
    write(said) {
      const filled = from(said) as Partial<Gaps> | null;
      return filled && pattern.replace(/<(\w+)>/g, (_, gap: Gap) => written(gap, filled));
    },
  };
}

const written = <G extends Gap>(gap: G, filled: Partial<Gaps>): string => ways[gap].write(filled[gap] as Gaps[G]);

/** All that can be said in one place. Where several fit, the first that can be read counts. */
export function grammar<T>(forms: ReadonlyArray<Form<T>>): { read(text: string): Sentence<T>; write(said: T): string } {
  return {
    read(text) {
      let wrong: Sentence<T> | undefined;
      for (const one of forms) {
        const read = one.read(text);
        if (read?.kind === 'ok') return read;
        wrong ??= read;
      }
      return (
        wrong ?? {
          kind: 'wrong',
          what: unlike(
            text,
            forms.map(({ pattern }) => pattern),
          ),
        }
      );
    },
    write(said) {
      for (const one of forms) {
        const text = one.write(said);
        if (text !== null) return text;
      }
      throw new Error(`There is no sentence for ${JSON.stringify(said)}.`);
    },
  };
}

/** What can be said instead: those that begin alike, else all. */
function unlike(text: string, patterns: readonly string[]): string {
  const [first = ''] = text.trim().split(/\s+/);
  const alike = patterns.filter((pattern) => pattern.split(' ')[0] === first);
  return alike.length > 0
    ? `must read: ${alike.join(', or ')}`
    : `begins with ${JSON.stringify(first.slice(0, 60))}, which is nothing that can be done; that is: ${patterns.join(', ')}; each with its time before it where it has one: at 300ms …`;
}
