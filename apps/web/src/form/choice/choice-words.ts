import type { Choice, Question } from '@stet/client';
import type { Resource } from '@stet/protocol';
import { savedWords } from '../banner-words.js';
import { isOneself, labelOf, listed, type Naming } from '../words.js';
import type { Sorted } from './asked.js';

// The wording of a choice between two edits.

type Between = Choice['changes'][number];

/** The change in which a field came to what theirs is, of those that are known. */
export const changeOf = ({ changes }: Choice, name: string): Between | null =>
  changes.findLast(({ fields }) => fields.includes(name)) ?? changes.at(-1) ?? null;

export const authorOf = (choice: Choice, name: string, nameOf: Naming): string =>
  nameOf(changeOf(choice, name)?.by ?? null);

/** `Theirs, by Ana`, `Yours, from another tab` */
export const theirsWords = (author: string): string =>
  isOneself(author) ? 'Yours, from another tab' : `Theirs, by ${author}`;

/** `Ana saved version 13 while you were editing.` */
export function choiceWords({ changes, theirs }: Choice, nameOf: Naming): string {
  const names = changes.length > 0 ? changes.map(({ by }) => nameOf(by)) : [nameOf(null)];
  const made = changes.map(({ version }) => version);
  // What the person did to the record themselves meanwhile, such as restoring it, is nobody's news.
  return `${savedWords(names, made, made.at(-1) ?? theirs.version)} while you were editing.`;
}

/** What is asked, in a sentence. */
export function askedWords(resource: Resource, { asked, combined }: Sorted): string {
  const labels = asked.flat().map(({ name }) => labelOf(resource, name));
  if (labels.length > 0) return `You both changed ${listed(labels)}. Choose what is saved: nothing of yours is lost.`;
  if (combined.length === 0) return 'Nothing you changed was changed by others.';
  return 'What you both changed can be combined, see below.';
}

/** For who hears it, too: empty where every answer still stands. */
export function againWords(resource: Resource, { questions }: Choice): string {
  const labels = questions.filter(({ again }) => again).map(({ name }) => labelOf(resource, name));
  return labels.length > 0 ? `${listed(labels)} changed again since you chose.` : '';
}

/** What becomes of a field in which both have a part. */
export function combinedWords({ name, side }: Question, resource: Resource, author: string): string {
  const label = labelOf(resource, name);
  const theirs = isOneself(author) ? 'the one from your other tab' : `${author}’s`;
  if (side === 'mine') return `${label}: yours is saved, without ${theirs}`;
  if (side === 'theirs') return `${label}: ${theirs} is kept, without yours`;
  return `${label}: yours and ${theirs} are combined`;
}

/** What became of fields that only one side changed. */
export function oneSidedWords(resource: Resource, choice: Choice, { oneSided }: Sorted, nameOf: Naming): string[] {
  const of = (verdict: string) => oneSided.filter((question) => question.verdict === verdict).map(({ name }) => name);
  const mine = of('mine').map((name) => labelOf(resource, name));
  const theirs = new Map<string, string[]>();
  for (const name of of('theirs')) {
    const author = authorOf(choice, name, nameOf);
    theirs.set(author, [...(theirs.get(author) ?? []), labelOf(resource, name)]);
  }
  return [
    ...(mine.length > 0 ? [`Only you changed ${listed(mine)}: yours stays.`] : []),
    ...[...theirs].map(([author, labels]) =>
      isOneself(author)
        ? `${listed(labels)}: changed in your other tab and not here; that stays.`
        : `${listed(labels)}: changed by ${author} and not by you; theirs stays.`,
    ),
  ];
}

/** How far the person has come. */
export function progressWords(open: number): string {
  return open > 0 ? `${open} still to choose` : 'All chosen';
}
