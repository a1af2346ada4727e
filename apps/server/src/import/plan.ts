import { type Body, checkBody, emptyBody, equal, type InputIssue, type Resource, type Value } from '@stet/protocol';

// What one row of a file does to its record. An import is an editor who was away: its base is what it wrote last, so
// it changes what the file changed, and leaves alone what people changed since.

/** Whose word counts where the file and a person both changed a field, to different values. */
export type Prefer = 'people' | 'file';

export interface Settled {
  field: string;
  file: Value;
  record: Value;
  /** `kept`: the record's value stands. `replaced`: the file's is written over it. */
  kind: 'kept' | 'replaced';
}

export interface Dropped {
  field: string;
  file: Value;
  issue: InputIssue;
}

export type Plan =
  | { kind: 'create'; fields: Partial<Body>; dropped: Dropped[] }
  | { kind: 'update'; base: number; fields: Partial<Body>; settled: Settled[]; dropped: Dropped[] }
  | { kind: 'unchanged'; settled: Settled[]; dropped: Dropped[] }
  /** Destroyed: only a restore brings it back (V5). */
  | { kind: 'destroyed' }
  | { kind: 'unsound'; issues: InputIssue[] };

export interface Current {
  version: number;
  /** null for a tombstone. */
  body: Body | null;
}

/** The fields in which a row and a record differ; only for these the last import matters. */
export function differing(row: Partial<Body>, current: Current | null): string[] {
  const body = current?.body;
  return body ? Object.keys(row).filter((name) => !equal(row[name], body[name])) : [];
}

/**
 * `row`: what the file says; fields that it does not name stay. `imported`: for the differing fields, what the last
 * import that wrote them wrote; absent where none did.
 */
export function plan(
  resource: Resource,
  row: Partial<Body>,
  imported: Partial<Body>,
  current: Current | null,
  prefer: Prefer,
): Plan {
  if (current === null) {
    const sifted = sift(resource, null, row);
    return sifted.kind === 'unsound' ? sifted : { kind: 'create', fields: sifted.fields, dropped: sifted.dropped };
  }
  const { body, version } = current;
  if (body === null) return { kind: 'destroyed' };
  const { wanted, settled } = decide(resource, row, imported, body, prefer);
  if (Object.keys(wanted).length === 0) return { kind: 'unchanged', settled, dropped: [] };
  const sifted = sift(resource, body, wanted);
  if (sifted.kind === 'unsound') return sifted;
  const { fields, dropped } = sifted;
  const stands = settled.filter(({ kind, field }) => kind === 'kept' || Object.hasOwn(fields, field));
  if (Object.keys(fields).length === 0) return { kind: 'unchanged', settled: stands, dropped };
  return { kind: 'update', base: version, fields, settled: stands, dropped };
}

type Verdict = 'file' | 'record' | 'both';

function decide(resource: Resource, row: Partial<Body>, imported: Partial<Body>, body: Body, prefer: Prefer) {
  const verdicts = new Map<string, Verdict>();
  for (const name of Object.keys(row).filter((field) => !equal(row[field], body[field]))) {
    const base = imported[name] ?? resource.fields[name]?.empty ?? null;
    if (equal(row[name], base)) verdicts.set(name, 'record');
    else verdicts.set(name, equal(body[name], base) ? 'file' : 'both');
  }
  // Fields that belong together have one author: half of a pair is nobody's.
  for (const group of resource.together) {
    const here = group.filter((name) => verdicts.has(name));
    if (here.some((name) => verdicts.get(name) !== 'file')) {
      for (const name of here) if (verdicts.get(name) === 'file') verdicts.set(name, 'both');
    }
  }
  const wanted: Partial<Body> = {};
  const settled: Settled[] = [];
  for (const [field, verdict] of verdicts) {
    if (verdict === 'record') continue;
    const file = row[field] ?? null;
    if (verdict === 'file' || prefer === 'file') wanted[field] = file;
    const kind = prefer === 'file' ? 'replaced' : 'kept';
    if (verdict === 'both') settled.push({ field, file, record: body[field] ?? null, kind });
  }
  return { wanted, settled };
}

/** Takes out what would make the whole record unsound; the rest of the row still counts. */
function sift(resource: Resource, before: Body | null, wanted: Partial<Body>) {
  const fields = { ...wanted };
  const dropped: Dropped[] = [];
  for (;;) {
    const issues = checkBody(resource, { ...(before ?? emptyBody(resource)), ...fields } as Body);
    const nothingLeft = before !== null && Object.keys(fields).length === 0;
    if (issues.length === 0 || nothingLeft) return { kind: 'sound' as const, fields, dropped };
    const guilty = issues.map((issue) => ({ issue, names: culprits(resource, issue, fields) }));
    const first = guilty.find(({ names }) => names.length > 0);
    if (!first) return { kind: 'unsound' as const, issues };
    for (const field of first.names) {
      dropped.push({ field, file: fields[field] ?? null, issue: first.issue });
      delete fields[field];
    }
  }
}

function culprits(resource: Resource, { path }: InputIssue, fields: Partial<Body>): string[] {
  const name = path.split('.')[0] ?? '';
  if (Object.hasOwn(fields, name)) return [name];
  const group = resource.together.find((names) => names.includes(name)) ?? [];
  return group.filter((field) => Object.hasOwn(fields, field));
}
