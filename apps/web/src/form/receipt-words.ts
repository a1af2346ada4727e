import type { Restored } from '@stet/client';
import type { Author, Receipt, Resource } from '@stet/protocol';
import { againWords, type Telling, typedWords } from '../history/outcome-words.js';
import { capital, isOneself, labelOf, listed, type Naming, shortList } from './words.js';

// What a combined save is told as (M4): whose part is whose, and what became of its undo.

/** Who changed a field, each once; none where the receipt does not reach back that far. */
export function writersOf({ with: between }: Receipt, name: string, nameOf: Naming): Author[] {
  const writers = new Map<string, Author>();
  for (const { by, fields } of between) if (fields.includes(name)) writers.set(nameOf(by), by);
  return [...writers.values()];
}

/** As many as a sentence holds. */
const few = (labels: string[]): string => (labels.length <= 4 ? listed(labels) : shortList(labels));

/** `Ben’s Title`, `the Title that you saved in another tab` */
function partWords(name: string, what: string): string {
  return isOneself(name) ? `the ${what} that you saved in another tab` : `${name}’s ${what}`;
}

/** `Ben’s changes`, `Ben’s and your own changes` */
export function withWords(receipt: Receipt, nameOf: Naming): string {
  const fields = Object.keys(receipt.fields).filter((name) => receipt.fields[name] !== 'mine');
  const names = new Set(fields.flatMap((name) => writersOf(receipt, name, nameOf).map(nameOf)));
  if (names.size === 0) return 'what others saved';
  return `${listed([...names].map((name) => (isOneself(name) ? 'your own' : `${name}’s`)))} changes`;
}

/** Sentences: the version that was made, and of whom each part of it is. */
export function receiptWords(resource: Resource, receipt: Receipt, nameOf: Naming): string[] {
  const replaced = (receipt.over ?? []).flatMap(({ fields }) => fields);
  const names = Object.keys(resource.fields).filter((name) => !replaced.includes(name));
  const [mine, theirs, both] = (['mine', 'theirs', 'merged'] as const).map((verdict) =>
    names.filter((name) => receipt.fields[name] === verdict),
  ) as [string[], string[], string[]];
  return [
    `Saved as version ${receipt.version}.`,
    ...besideWords(resource, receipt, nameOf, mine, theirs),
    ...both.map((name) => bothWords(resource, receipt, nameOf, name)),
    ...(receipt.over ?? []).map((whose) => {
      const labels = listed(whose.fields.map((name) => labelOf(resource, name)));
      return `Your ${labels} replaced ${nameOf(whose)}’s, who was told.`;
    }),
  ];
}

/** Of fields that only one side changed. */
function besideWords(resource: Resource, receipt: Receipt, nameOf: Naming, mine: string[], theirs: string[]): string[] {
  if (theirs.length === 0) return [];
  const labels = (of: readonly string[]) => few(of.map((name) => labelOf(resource, name)));
  const byWriter = new Map<string, string[]>();
  for (const name of theirs) {
    // A value that replaces is its last writer's.
    const writer = nameOf(writersOf(receipt, name, nameOf).at(-1) ?? null);
    byWriter.set(writer, [...(byWriter.get(writer) ?? []), name]);
  }
  const parts = listed([...byWriter].map(([writer, of]) => partWords(writer, labels(of))));
  if (mine.length > 0) {
    return [`Your ${labels(mine)} ${mine.length === 1 ? 'was' : 'were'} combined with ${parts}.`];
  }
  return [`${capital(parts)} ${theirs.length === 1 ? 'stands' : 'stand'} in it too.`];
}

/** Of a field in which both have a part. */
function bothWords(resource: Resource, receipt: Receipt, nameOf: Naming, name: string): string {
  const label = labelOf(resource, name);
  const writers = writersOf(receipt, name, nameOf).map(nameOf);
  const others = writers.length > 0 ? writers : [nameOf(null)];
  const whose = others.map((writer) =>
    isOneself(writer) ? 'the one that you saved in another tab' : `${writer}’s ${label}`,
  );
  const how = resource.fields[name]?.kind === 'text' ? 'word by word' : 'entry by entry';
  return `${listed([`Your ${label}`, ...whose])} were combined ${how}.`;
}

/** What became of the undo. `fields`: those that it brings back. */
export function undoneWords(telling: Telling, receipt: Receipt, outcome: Restored): string {
  const fields = receipt.undo.body.fields ?? Object.keys(telling.resource.fields);
  switch (outcome.kind) {
    case 'restored': {
      const is = standsAs(telling, receipt, fields, outcome.version);
      const kept = `What you had saved is version ${receipt.version} in the history.`;
      return [`Undone: ${is}.`, kept, typedWords(telling, fields)].filter(Boolean).join(' ');
    }
    case 'unchanged':
      return 'Nothing to undo: it stands as before already.';
    case 'stale':
      return `Not undone: ${againWords(telling, outcome.stale, fields)}.`;
    case 'failed':
      return `Not undone: ${outcome.detail}`;
  }
}

function standsAs({ resource, nameOf }: Telling, receipt: Receipt, fields: readonly string[], version: number): string {
  const left = receipt.with.at(-1);
  if (left && version === receipt.version + 1) {
    const name = nameOf(left.by);
    return `version ${version} is as ${name}${name.includes(',') ? ',' : ''} left it`;
  }
  const labels = few(fields.map((name) => labelOf(resource, name)));
  return `version ${version} has ${labels} as in version ${receipt.undo.body.version}`;
}
