import { type Body, type FieldKind, type Resource, type Value, valueSchema } from '@stet/protocol';
import type { VersionRow } from '@stet/store';
import type { OtherFlaw } from './flaw.js';

// What shows in one version by itself: who, when, and whether its values are such as a save is accepted with. What a field
// allows beyond its kind may have been another thing when it was saved, and is not judged.

const isText = (value: unknown): boolean => typeof value === 'string';
const isList = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

const isOf: Record<FieldKind, (value: unknown) => boolean> = {
  line: isText,
  text: isText,
  choice: isText,
  integer: Number.isSafeInteger,
  list: isList,
  set: isList,
};

const isTime = (at: string): boolean => /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(at) && !Number.isNaN(Date.parse(at));

export function judgeVersion(
  resource: Resource | undefined,
  { version, by, at }: VersionRow,
  body: Body | null,
): OtherFlaw[] {
  const flaws: OtherFlaw[] = [];
  if (by === '') flaws.push({ kind: 'author-missing', version });
  if (!isTime(at)) flaws.push({ kind: 'time-malformed', version, at });
  const fields = Object.entries(body ?? {}).flatMap(([name, value]) => (fits(resource, name, value) ? [] : [name]));
  if (fields.length > 0) flaws.push({ kind: 'value-impossible', version, fields });
  return flaws;
}

/** A field that is not known here may have been declared at its time. */
function fits(resource: Resource | undefined, name: string, value: Value): boolean {
  if (value === null) return true;
  const field = resource && Object.hasOwn(resource.fields, name) ? resource.fields[name] : undefined;
  return field ? isOf[field.kind](value) : valueSchema.safeParse(value).success;
}
