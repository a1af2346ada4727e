import type { Field, Resource, Value } from '@stet/protocol';

// Which fields a list shows, drawn from the resource: what names the record, what lists are ordered by, and what they
// are narrowed to by a single value.

export interface Column {
  name: string;
  label: string;
  /** How wide it wants to be; the table's style knows these. */
  kind: 'title' | 'text' | 'number' | 'code' | 'choice' | 'changed';
  isSortable: boolean;
}

export function columnsOf(resource: Resource): Column[] {
  const names = Object.keys(resource.fields).filter((name) => {
    const field = resource.fields[name] as Field;
    return name === resource.title || field.sort || (field.filter && field.kind !== 'set');
  });
  const columns = names.map((name): Column => {
    const field = resource.fields[name] as Field;
    return { name, label: field.label, kind: kindOf(field, name === resource.title), isSortable: field.sort };
  });
  return [...columns, { name: 'updatedAt', label: 'Changed', kind: 'changed', isSortable: true }];
}

function kindOf(field: Field, isTitle: boolean): Column['kind'] {
  if (isTitle) return 'title';
  if (field.kind === 'integer') return 'number';
  if (field.kind === 'choice') return 'choice';
  return (field.max ?? 0) < 50 && field.kind === 'line' ? 'code' : 'text';
}

/** A value in one line. */
export function textOf(field: Field | undefined, value: Value | undefined): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.join('; ');
  return field?.choices?.[String(value)] ?? String(value);
}
