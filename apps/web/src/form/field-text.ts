import { equal, type Field, type Value } from '@stet/protocol';

// How a field's value stands in its input, and how what stands there is read back, kind by kind.

/** The text that an input shows for a value: lists one entry to a line. */
export function asText({ kind, empty }: Field, value: Value): string {
  if (Array.isArray(value)) return value.join('\n');
  if (kind === 'choice' && value === null) return String(empty);
  return value === null ? '' : String(value);
}

/** What the text in an input means. What is no number stays as it was typed: the schema says what is wrong with it. */
export function readText({ kind }: Field, text: string): Value {
  if (kind === 'list' || kind === 'set') {
    return text
      .split('\n')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '');
  }
  if (kind !== 'integer') return text;
  const digits = text.trim().replace(/^\u2212/, '-');
  if (digits === '') return null;
  return /^[+-]?\d{1,15}$/.test(digits) ? Number(digits) : text;
}

/** Whether two values would be stored as one and the same: a blank at the end is no difference. */
export function isSame(field: Field, a: Value, b: Value): boolean {
  return equal(stored(field, a), stored(field, b));
}

function stored(field: Field, value: Value): Value {
  const parsed = field.schema.safeParse(value);
  if (!parsed.success) return value;
  return parsed.data === '' || parsed.data === null ? field.empty : parsed.data;
}

const longest = 80;

/** A value in a sentence: one line, clipped. */
export function inWords(field: Field, value: Value): string {
  const text = fullWords(field, value).replace(/\s*\n\s*/g, '; ');
  // By code points, so that no character is cut in two.
  const characters = [...text.slice(0, longest * 4)];
  return characters.length > longest ? `${characters.slice(0, longest).join('').trimEnd()}…` : text;
}

/** A value as a person reads it: the name of a choice, the text as it is, and a word for nothing. */
export function fullWords(field: Field, value: Value): string {
  if (field.kind === 'choice' && typeof value === 'string') return field.choices?.[value] ?? value;
  return asText({ ...field, kind: 'line' }, value) || '(empty)';
}
