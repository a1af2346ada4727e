import {
  type Body,
  type CellNote,
  type Cells,
  type Field,
  fold,
  parseFields,
  type Resource,
  type Value,
} from '@stet/protocol';

// From the text of a row's cells to the values of its fields. What does not fit is mended by a rule or left out, and
// noted either way: a value is never cut, and never guessed.

/** What parts the entries of a list's cell; `none` takes the cell as one entry. */
export type Separator = ';' | '|' | ',' | 'none';
export type Separators = Readonly<Record<string, Separator>>;

/** Why these cannot be followed, as a sentence; null where each names a field of several entries. */
export function whyNotParted(resource: Resource, separators: Separators): string | null {
  const parted = Object.keys(resource.fields).filter((name) =>
    ['list', 'set'].includes(resource.fields[name]?.kind ?? ''),
  );
  const wrong = Object.keys(separators).filter((name) => !parted.includes(name));
  if (wrong.length === 0) return null;
  const named = wrong.map((name) => `"${name}"`).join(', ');
  return `Entries cannot be parted in ${named}: of the fields of ${resource.label.many}, these hold several: ${parted.join(', ')}.`;
}

export interface ReadRow {
  fields: Partial<Body>;
  notes: Array<CellNote & { detail?: string }>;
}

export const cellRules = {
  formula: 'the spreadsheet formula around the text was taken off',
  blanks: 'line breaks and repeated blanks became one blank',
  decimals: 'a whole number was written with decimals',
  commas: 'parted at the commas, as nothing else parts the entries',
  repeated: 'an entry that the list holds already was left out',
  appendix: 'initials and suffixes stayed with the name before them',
  noEntry: 'holds no entry',
  noNumber: 'is not a whole number',
  noChoice: 'is none of the choices',
} as const;

/** Cells by field, as they stand in the file; blank ones say nothing and are passed over. */
export function readCells(resource: Resource, raw: Readonly<Cells>, separators: Separators = {}): ReadRow {
  const notes: ReadRow['notes'] = [];
  const tidied: Cells = {};
  for (const [field, from] of Object.entries(raw)) {
    const text = tidy(from);
    if (text === '') continue;
    tidied[field] = text;
    if (text !== from.trim()) notes.push({ field, kind: 'mended', from, to: text, rule: cellRules.formula });
  }
  const mended = resource.mend?.(tidied) ?? { cells: tidied, notes: [] };
  notes.push(...mended.notes);
  const values: Partial<Body> = {};
  for (const [name, text] of Object.entries(mended.cells)) {
    const field = resource.fields[name];
    if (!field) continue;
    const read = readers[field.kind](text, field, separators[name]);
    if (read.value === undefined) notes.push({ field: name, kind: 'left-out', from: text, ...read.why });
    else {
      values[name] = read.value;
      for (const rule of read.rules)
        notes.push({ field: name, kind: 'mended', from: text, to: shown(read.value), rule });
    }
  }
  return { fields: judged(resource, values, mended.cells, notes), notes };
}

/** The same judgement as everybody's, field by field: one bad value does not cost its row. */
function judged(resource: Resource, values: Partial<Body>, cells: Cells, notes: ReadRow['notes']): Partial<Body> {
  const all = parseFields(resource, values);
  if (all.kind === 'ok') return all.value;
  const fields: Partial<Body> = {};
  for (const [name, value] of Object.entries(values)) {
    const one = parseFields(resource, { [name]: value });
    if (one.kind === 'ok') Object.assign(fields, one.value);
    else {
      notes.push({
        field: name,
        kind: 'left-out',
        from: cells[name] ?? '',
        rule: one.issues[0]?.message ?? 'is not valid',
      });
    }
  }
  return fields;
}

// ="0439023483" is how spreadsheets are kept from taking text for a number.
const tidy = (from: string): string =>
  from
    .trim()
    .replace(/^="([^"]*)"$/, '$1')
    .trim();

const shown = (value: Value): string => (Array.isArray(value) ? value.join('; ') : String(value));

type Read = { value: Value; rules: string[] } | { value?: undefined; why: { rule: string; detail?: string } };

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

const readLine = (text: string): Read => {
  const value = oneLine(text);
  return { value, rules: value === text ? [] : [cellRules.blanks] };
};

// A semicolon may also end a character reference (&amp;), which parts nothing.
const marks = /(?<!&#?\w{1,10});|[|\n]/;
// What cannot be a name of its own: J.R.R. of "Tolkien, J.R.R.", Jr. of "King, Jr."
const appendix = /^(?:(?:\p{Lu}\.[\s-]?)+|[JS]r\.?|I{2,3}|IV|Ph\. ?D\.|M\. ?D\.)$/u;

function readEntries(text: string, field: Field, separator?: Separator): Read {
  const commas = separator === ',' || (separator === undefined && !marks.test(text) && text.includes(','));
  const mark = commas ? ',' : (separator ?? marks);
  const parts = mark === 'none' ? [text] : text.split(mark);
  const entries: string[] = [];
  const rules = new Set<string>();
  if (commas && separator === undefined) rules.add(cellRules.commas);
  for (const part of parts) {
    const entry = oneLine(part);
    if (entry === '') continue;
    if (entry !== part.trim()) rules.add(cellRules.blanks);
    if (commas && entries.length > 0 && appendix.test(entry)) {
      entries.push(`${entries.pop()}, ${entry}`);
      rules.add(cellRules.appendix);
    } else if (field.kind === 'list' && entries.includes(entry)) rules.add(cellRules.repeated);
    else entries.push(entry);
  }
  return entries.length === 0 ? { why: { rule: cellRules.noEntry } } : { value: entries, rules: [...rules] };
}

function readInteger(text: string): Read {
  const [, whole, decimals] = /^([+-]?\d{1,15})(\.0{1,2})?$/.exec(text.replace('\u2212', '-')) ?? [];
  if (whole === undefined) return { why: { rule: cellRules.noNumber } };
  // 1.000 may mean a thousand: more than two zeros are not taken for decimals.
  return { value: Number(whole) + 0, rules: decimals === undefined ? [] : [cellRules.decimals] };
}

function readChoice(text: string, field: Field): Read {
  const wanted = fold(text);
  const choices = Object.entries(field.choices ?? {});
  const found = choices.find(([name, label]) => fold(name) === wanted || fold(label) === wanted);
  if (found) return { value: found[0], rules: [] };
  return { why: { rule: cellRules.noChoice, detail: choices.map(([name]) => name).join(', ') } };
}

const readers: Record<Field['kind'], (text: string, field: Field, separator?: Separator) => Read> = {
  line: readLine,
  text: (text) => ({ value: text, rules: [] }),
  list: readEntries,
  set: readEntries,
  integer: readInteger,
  choice: readChoice,
};
