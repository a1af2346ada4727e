import { fold, type Resource } from '@stet/protocol';

// Which column of a file means which field of the resource, and which one holds the key that recognises a record.

export type How = 'map' | 'name' | 'label' | 'alias';

export interface Matched {
  header: string;
  /** Place of the column in a row, from 0. */
  index: number;
  field: string;
  how: How;
}

/** How a row finds its record: its id as it is, or a value that stands for one. */
export type Key = { header: string; index: number } & (
  | { kind: 'id' }
  /** The record that holds this value in the field; a new one gets an id made of the value. */
  | { kind: 'field'; field: string }
  /** A number of somebody else's system: always an id made of the value. */
  | { kind: 'foreign' }
);

export interface Columns {
  key: Key;
  matched: Matched[];
  ignored: Array<{ header: string; reason: string }>;
  /** Required fields that no column holds: with them missing, rows can change records but not make any. */
  missing: string[];
}

/** One `--map`: this header means this field, the record's id, or (null) nothing. */
export interface Mapping {
  header: string;
  field: string | null;
}

export interface ColumnChoices {
  map?: readonly Mapping[];
  /** Header of the key column. */
  key?: string;
}

export type ColumnsOutcome = { kind: 'ok'; columns: Columns } | { kind: 'refused'; message: string };

/** Reads `HEADER=field`, `HEADER=id` or `HEADER=` as a person types it; null where there is no `=`. */
export function readMapping(text: string): Mapping | null {
  const at = text.lastIndexOf('=');
  if (at < 1) return null;
  const field = text.slice(at + 1).trim();
  return { header: text.slice(0, at).trim(), field: field === '' || field === '-' ? null : field };
}

const mostColumns = 1000;
const idTarget = 'id';
const ranks: readonly How[] = ['map', 'name', 'label', 'alias'];

// book_id, Book ID and bookId are one header.
const plain = (header: string): string => fold(header).replaceAll(' ', '');
const same = (a: string, b: string): boolean => plain(a) !== '' && plain(a) === plain(b);

export function matchColumns(
  resource: Resource,
  given: readonly string[],
  choices: ColumnChoices = {},
): ColumnsOutcome {
  const headers = given.map((header) => header.trim());
  if (headers.length > mostColumns) return refused(`The file has more than ${mostColumns} columns.`);
  const chosen = new Map<number, string | null>();
  for (const { header, field } of choices.map ?? []) {
    const index = find(headers, header);
    if (index === -1) return refused(`The file has no column "${header}". ${listed('It has', headers)}`);
    const target = field === null ? null : targetOf(resource, field);
    if (target === undefined) {
      return refused(
        `"${field}" is no field of ${resource.label.many}. ${listed('They have', Object.keys(resource.fields))}`,
      );
    }
    if (target !== null && [...chosen].some(([other, taken]) => taken === target && other !== index)) {
      return refused(`Two columns are mapped to ${target}: only one can be.`);
    }
    chosen.set(index, target);
  }
  const key = findKey(resource, headers, chosen, choices.key);
  if (typeof key === 'string') return refused(key);
  return decide(resource, headers, chosen, key);
}

const refused = (message: string): { kind: 'refused'; message: string } => ({ kind: 'refused', message });
const listed = (what: string, names: readonly string[]): string =>
  `${what}: ${names.slice(0, 50).join(', ')}${names.length > 50 ? ', …' : ''}.`;

const find = (headers: readonly string[], wanted: string): number => {
  const exact = headers.indexOf(wanted.trim());
  return exact === -1 ? headers.findIndex((header) => same(header, wanted)) : exact;
};

const targetOf = (resource: Resource, wanted: string): string | undefined =>
  plain(wanted) === idTarget
    ? idTarget
    : Object.entries(resource.fields).find(([name, { label }]) => same(name, wanted) || same(label, wanted))?.[0];

type Found = { header: string; index: number; kind: 'id' | 'foreign' };

function findKey(
  resource: Resource,
  headers: readonly string[],
  chosen: ReadonlyMap<number, string | null>,
  wanted: string | undefined,
): Found | string {
  const isId = (header: string) => resource.idHeaders.some((name) => same(name, header));
  const at = (index: number, kind: Found['kind']): Found => ({ header: headers[index] ?? '', index, kind });
  const mapped = [...chosen].find(([, target]) => target === idTarget)?.[0];
  if (wanted !== undefined) {
    const index = find(headers, wanted);
    if (index === -1) return `The file has no column "${wanted}" for the key. ${listed('It has', headers)}`;
    return at(index, index === mapped || isId(wanted) ? 'id' : 'foreign');
  }
  if (mapped !== undefined) return at(mapped, 'id');
  for (const name of resource.idHeaders) {
    const index = headers.findIndex((header, place) => same(header, name) && !chosen.has(place));
    if (index !== -1) return at(index, 'id');
  }
  return `No column holds the key by which ${resource.label.many} are recognised. Name one with --key. ${listed('The file has', headers)}`;
}

function rank(resource: Resource, header: string): { field: string; how: How } | null {
  const fields = Object.entries(resource.fields);
  const by = (how: How, fits: (name: string, label: string, aliases: readonly string[]) => boolean) => {
    const field = fields.find(([name, { label, headers }]) => fits(name, label, headers))?.[0];
    return field === undefined ? null : { field, how };
  };
  return (
    by('name', (name) => same(name, header)) ??
    by('label', (_, label) => same(label, header)) ??
    by('alias', (_, __, aliases) => aliases.some((alias) => same(alias, header)))
  );
}

function decide(
  resource: Resource,
  headers: readonly string[],
  chosen: ReadonlyMap<number, string | null>,
  found: Found,
): ColumnsOutcome {
  const ignored: Columns['ignored'] = [];
  const candidates: Matched[] = [];
  for (const [index, header] of headers.entries()) {
    const target = chosen.get(index);
    if (target === idTarget || (index === found.index && found.kind === 'id')) continue;
    if (target === null) ignored.push({ header, reason: 'as asked' });
    else if (target !== undefined) candidates.push({ header, index, field: target, how: 'map' });
    else {
      const ranked = rank(resource, header);
      if (ranked) candidates.push({ header, index, ...ranked });
      else if (index !== found.index) ignored.push({ header, reason: 'means no field' });
    }
  }
  const best = new Map<string, Matched>();
  for (const how of ranks) {
    for (const candidate of candidates) {
      if (candidate.how === how && !best.has(candidate.field)) best.set(candidate.field, candidate);
    }
  }
  const matched = candidates.filter((candidate) => best.get(candidate.field) === candidate);
  for (const candidate of candidates) {
    const winner = best.get(candidate.field);
    if (winner === candidate || winner === undefined) continue;
    ignored.push({ header: candidate.header, reason: `${candidate.field} is read from ${winner.header}` });
  }
  if (matched.length === 0) return refused(`No column of the file means a field. ${listed('It has', headers)}`);
  const field = found.kind === 'foreign' ? matched.find(({ index }) => index === found.index)?.field : undefined;
  const key: Key = field === undefined ? found : { header: found.header, index: found.index, kind: 'field', field };
  const missing = Object.keys(resource.fields).filter((name) => resource.fields[name]?.required && !best.has(name));
  return { kind: 'ok', columns: { key, matched, ignored, missing } };
}
