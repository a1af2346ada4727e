import { isDeepStrictEqual } from 'node:util';
import { books, emptyBody, proposal, valueSchema } from '@stet/protocol';
import type { Choosing } from '../editors/editor.js';
import type { Fields, Version } from '../history/event.js';

// One open form: the content that it was filled with, what the person has typed since, and the question that stands
// where a save was refused. Pure; the page (page.ts) sends and hears.

export interface Content {
  version: Version;
  fields: Fields;
}

export interface Form {
  readonly base: Content;
  /** The fields that the person has changed, with what they hold now. */
  readonly typed: Fields;
  /** What stands in the store instead; without `fields` it is gone. */
  readonly question: { version: Version; fields: Fields | null } | null;
}

const empty: Fields = emptyBody(books);

/** What a record does not name is empty. */
const same = (field: string, a: unknown, b: unknown): boolean =>
  isDeepStrictEqual(a ?? empty[field], b ?? empty[field]);

export const openForm = (base: Content): Form => ({ base, typed: {}, question: null });

export const isClean = ({ typed, question }: Form): boolean => Object.keys(typed).length === 0 && question === null;

/** Who types what stood there before has changed nothing. */
export function typeInto(form: Form, field: string, value: unknown): Form {
  const { [field]: _, ...others } = form.typed;
  const typed = same(field, form.base.fields[field], value) ? others : { ...others, [field]: value };
  return { ...form, typed };
}

/** The whole form, as it is sent: it has a place for every field. */
export const sheetOf = ({ base, typed }: Form): Fields => ({ ...empty, ...base.fields, ...typed });

/** What was sent is saved; what has been typed since is still to be. */
export function saved(form: Form, now: Content): Form {
  const since = Object.entries(form.typed).filter(([name, value]) => !same(name, value, now.fields[name]));
  return { base: now, typed: Object.fromEntries(since), question: null };
}

/**
 * The save was refused, and this stands instead. Where the store holds all that was typed already, such as by a save
 * whose answer was lost, there is nothing to ask.
 */
export function ask(form: Form, theirs: { version: Version; fields: Fields | null }): Form {
  const { fields } = theirs;
  if (fields === null || Object.keys(form.typed).some((name) => !same(name, form.typed[name], fields[name]))) {
    return { ...form, question: theirs };
  }
  return openForm({ version: theirs.version, fields });
}

/** The fields that both sides have changed, to different values. */
export const conflictsOf = ({ base, typed }: Form, theirs: Fields): string[] =>
  Object.keys(typed).filter(
    (name) => !same(name, base.fields[name], theirs[name]) && !same(name, typed[name], theirs[name]),
  );

/** The form as it stands once the person has chosen: on their version, with what is still to be saved over it. */
export function settle(form: Form, theirs: Content, how: Exclude<Choosing, 'copy'>): Form {
  if (how === 'discard') return openForm(theirs);
  const conflicts = conflictsOf(form, theirs.fields);
  const typed: Record<string, unknown> = {};
  for (const [name, mine] of Object.entries(form.typed)) {
    const place = conflicts.indexOf(name);
    const isTheirs = place >= 0 && (how === 'theirs' || (how === 'fields' && place % 2 === 0));
    if (isTheirs) continue;
    const value =
      how === 'combine' && place >= 0 ? both(name, form.base.fields[name], mine, theirs.fields[name]) : mine;
    if (!same(name, value, theirs.fields[name])) typed[name] = value;
  }
  return { base: theirs, typed, question: null };
}

/** As a person combines: what both have, beside each other; mine, where that can't be done. */
function both(name: string, base: unknown, mine: unknown, theirs: unknown): unknown {
  const field = books.fields[name];
  const values = [base ?? field?.empty, mine, theirs].map((value) => valueSchema.safeParse(value).data ?? null);
  const [from = null, here = null, there = null] = values;
  return (field && proposal(field, from, here, there)) ?? mine;
}
