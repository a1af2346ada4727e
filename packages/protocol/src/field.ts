import * as z from 'zod';

// The kinds of field that a resource is made of. A field knows its label, its schema, how both sides' values combine,
// and how it is found: form, list, routes, import and merge are drawn from it.

/** Of any field, as it travels. */
export const valueSchema = z.union([z.string(), z.number(), z.null(), z.array(z.string())]);
export type Value = z.infer<typeof valueSchema>;
export type MergeRule = 'replace' | 'set' | 'list' | 'text';
export type FieldKind = 'line' | 'text' | 'list' | 'set' | 'integer' | 'choice';

export interface Field {
  readonly kind: FieldKind;
  readonly label: string;
  readonly help?: string;
  /** Accepts what a client may send for this field, null for "no value" included. */
  readonly schema: z.ZodType<Value>;
  /** What stands in a record that has no value here. */
  readonly empty: Value;
  readonly required: boolean;
  readonly merge: MergeRule;
  /** Lists may be ordered by it, narrowed to one value of it, searched for words in it. */
  readonly sort: boolean;
  readonly filter: boolean;
  readonly search: boolean;
  /** Column headers of files that mean this field, beside its name and label. */
  readonly headers: readonly string[];
  readonly choices?: Readonly<Record<string, string>>;
  readonly max?: number;
}

interface Options {
  label: string;
  help?: string;
  required?: boolean;
  merge?: MergeRule;
  sort?: boolean;
  filter?: boolean;
  search?: boolean;
  headers?: string[];
}

const common = (options: Options) => ({
  label: options.label,
  ...(options.help === undefined ? {} : { help: options.help }),
  required: options.required ?? false,
  sort: options.sort ?? false,
  filter: options.filter ?? false,
  search: options.search ?? false,
  headers: options.headers ?? [],
});

// A lone half of a surrogate pair is no character: SQLite would keep it, Postgres and UTF-8 would not.
const wellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);
// Control characters other than tab and line breaks have no place in a catalogue; Postgres refuses U+0000 outright.
const isPrintable = (text: string): boolean => !/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/.test(text);
const isOneLine = (text: string): boolean => !/[\t\r\n\u2028\u2029]/.test(text);

// Normalizing takes the square of a run's length; no script needs more (Stream-Safe Text Format, UAX #15).
const isStreamSafe = (text: string): boolean => !/\p{Mark}{31}/u.test(text);

// What is too long or malformed is not looked at any further: the next steps may cost more than they should.
const characters = (max: number) =>
  z
    .string('must be a text')
    .max(max * 2, { abort: true, error: `must have at most ${max} characters` })
    .refine(wellFormed, { abort: true, error: 'holds half of a surrogate pair, which is no character' })
    .refine(isStreamSafe, { abort: true, error: 'holds more than 30 combining marks in a row' })
    .refine(isPrintable, 'holds control characters')
    .normalize('NFC')
    .trim()
    .max(max, `must have at most ${max} characters`);

const oneLine = (max: number) => characters(max).refine(isOneLine, 'must be a single line');

/** One line of text. `clean` brings it to its stored form before `check` judges it. */
export function line(
  options: Options & { max: number; clean?: (text: string) => string; check?: (text: string) => string | null },
): Field {
  const { clean, check, max } = options;
  let schema = oneLine(max);
  if (clean) schema = schema.overwrite(clean);
  if (check) {
    schema = schema.superRefine((text, context) => {
      const message = text === '' ? null : check(text);
      if (message) context.addIssue({ code: 'custom', message });
    });
  }
  return {
    kind: 'line',
    ...common(options),
    schema: schema.nullable(),
    empty: null,
    merge: options.merge ?? 'replace',
    max,
  };
}

/** Long text of several lines. */
export function text(options: Options & { max: number }): Field {
  const schema = characters(options.max).overwrite((value) => value.replace(/\r\n?/g, '\n'));
  return {
    kind: 'text',
    ...common(options),
    schema: schema.nullable(),
    empty: null,
    merge: options.merge ?? 'text',
    max: options.max,
  };
}

const items = (options: { max: number; most: number }) =>
  z
    .array(oneLine(options.max).min(1, 'must not be empty'), 'must be a list of texts')
    .max(options.most, `must have at most ${options.most} entries`);

/** Lines whose order matters. */
export function list(options: Options & { max: number; most: number }): Field {
  return {
    kind: 'list',
    ...common(options),
    schema: items(options).nullable(),
    empty: [],
    merge: options.merge ?? 'list',
    max: options.max,
  };
}

/** Lines without order or repetition; kept sorted so that equal sets are equal values. */
export function set(options: Options & { max: number; most: number }): Field {
  const schema = items(options).overwrite((values) => [...new Set(values)].sort());
  return {
    kind: 'set',
    ...common(options),
    schema: schema.nullable(),
    empty: [],
    merge: options.merge ?? 'set',
    max: options.max,
  };
}

export function integer(options: Options & { from: number; to: number }): Field {
  const message = `must be a whole number from ${options.from} to ${options.to}`;
  return {
    kind: 'integer',
    ...common(options),
    schema: z.int({ error: message, abort: true }).min(options.from, message).max(options.to, message).nullable(),
    empty: null,
    merge: options.merge ?? 'replace',
  };
}

/** One of a few named values; the first is the one that a record has before anybody chose. */
export function choice(options: Options & { choices: Record<string, string> }): Field {
  const names = Object.keys(options.choices);
  const [first] = names;
  if (first === undefined) throw new Error(`${options.label}: a choice needs something to choose`);
  return {
    kind: 'choice',
    ...common(options),
    schema: z.enum(names, `must be one of ${names.join(', ')}`).nullable(),
    empty: first,
    merge: options.merge ?? 'replace',
    choices: options.choices,
  };
}
