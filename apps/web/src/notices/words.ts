import type { Notice, Resource } from '@stet/protocol';
import { inWords } from '../form/field-text.js';
import { capital, labelOf, listed } from '../form/words.js';

// What a notice says, as plain functions of plain data (M4).

/** `Ben Berger kept their Title over yours`, `Ben Berger deleted it over your change of Title and Pages` */
export function saidWords({ by, action, fields }: Notice, resource: Resource): string {
  const labels = listed(Object.keys(fields).map((name) => labelOf(resource, name)));
  const name = capital(by.name);
  return action === 'destroy'
    ? `${name} deleted this ${resource.label.one} over your change of ${labels}`
    : `${name} kept their ${labels} over yours`;
}

export function restoreWords({ action, fields }: Notice, { label }: Resource): string {
  if (action === 'destroy') return `Restore the ${label.one}`;
  return Object.keys(fields).length === 1 ? 'Restore my value' : 'Restore my values';
}

/** For those who hear the page: the newest of what is new, and how many there are in all. */
export function heardWords(newest: Notice, count: number, resource: Resource): string {
  const said = `${saidWords(newest, resource)} in “${titleOf(newest, resource)}”`;
  return count === 1 ? `Notice: ${said}` : `${count} notices. The newest: ${said}`;
}

export function titleOf({ title }: Notice, { fields, title: name }: Resource): string {
  const field = fields[name];
  return title.trim() && field ? inWords(field, title.trim()) : 'Without a title';
}
