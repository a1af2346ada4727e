import type { Field, Value } from './field.js';
import type { InputIssue } from './problems.js';
import { atLeast, type Role } from './roles.js';

// A kind of record, declared in one file: everything that differs between resources is said there.

/** The resource's own fields of one record, each with a value. */
export type Body = Record<string, Value>;

/** What happened to one cell of a file on its way to a value. `rule` is a constant sentence, so that notes can be counted by it. */
export interface CellNote {
  field: string;
  kind: 'mended' | 'left-out';
  from: string;
  to?: string;
  rule: string;
}

/** The cells of one row of a file, by field; blank ones are not in it. */
export type Cells = Record<string, string>;

export interface Access {
  readonly read: Role;
  readonly write: Role;
  /**
   * Records that are not for everybody yet: where the field (a choice that filters) has this value, only that role and
   * those above it see the record. Whoever may write must see all that they write upon.
   */
  readonly withheld?: { readonly field: string; readonly is: string; readonly from: Role };
}

export interface Resource {
  readonly name: string;
  readonly label: { readonly one: string; readonly many: string };
  /** The field that names a record to a person. */
  readonly title: string;
  readonly access: Access;
  readonly fields: Readonly<Record<string, Field>>;
  /** Fields that a merge decides together (M3). */
  readonly together: ReadonlyArray<readonly string[]>;
  /** What no single field can judge. */
  readonly check: (body: Body) => InputIssue[];
  /** Headers of a file's column that holds a record's id. */
  readonly idHeaders: readonly string[];
  /** Rules for dirty files that are this resource's own, such as one cell that proves another: tidied cells in, and out. */
  readonly mend?: (cells: Readonly<Cells>) => { cells: Cells; notes: CellNote[] };
}

export function defineResource(
  resource: Omit<Resource, 'together' | 'check' | 'idHeaders'> &
    Partial<Pick<Resource, 'together' | 'check' | 'idHeaders'>>,
): Resource {
  const { name, access, fields } = resource;
  const { withheld } = access;
  if (withheld && (!fields[withheld.field]?.filter || !atLeast(access.write, withheld.from))) {
    throw new Error(`${name}: what is withheld needs a field that filters, and must be seen by all who write`);
  }
  return { together: [], check: () => [], idHeaders: [], ...resource };
}

/** Whether two values of one field are the same; values are strings, numbers, null or lists of strings. */
export function equal(a: Value | undefined, b: Value | undefined): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => item === b[index]);
  return a === b;
}

export function emptyBody(resource: Resource): Body {
  return Object.fromEntries(Object.entries(resource.fields).map(([name, field]) => [name, field.empty]));
}

/** The names of the fields in which two bodies differ, in the resource's order. */
export function changedFields(resource: Resource, before: Body, after: Body): string[] {
  return Object.keys(resource.fields).filter((name) => !equal(before[name], after[name]));
}
