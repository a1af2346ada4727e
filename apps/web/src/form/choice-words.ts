import type { Choice, Question } from '@stet/client';
import { listed, type Naming, savedWords } from './words.js';

// The wording of a choice between two edits.

export const isAsked = ({ verdict }: Question): boolean => verdict === 'conflict' || verdict === 'merged';

/** Who changed a field last, of those who saved meanwhile. */
export function authorOf({ changes }: Choice, name: string, nameOf: Naming): string {
  const change = changes.findLast(({ fields }) => fields.includes(name)) ?? changes.at(-1);
  return nameOf(change?.by ?? null);
}

/** `Ana saved version 13 while you were editing.` */
export function choiceWords({ changes, theirs }: Choice, nameOf: Naming): string {
  const names = changes.length > 0 ? changes.map(({ by }) => nameOf(by)) : [nameOf(null)];
  const made = changes.map(({ version }) => version);
  return `${savedWords(names, made, theirs.version)} while you were editing.`;
}

/** Where nobody has to decide anything, it says why. */
export function outcomeWords({ questions }: Choice, label: (name: string) => string): string {
  const isConflict = questions.some(({ verdict }) => verdict === 'conflict');
  const combined = questions.filter(({ verdict }) => verdict === 'merged').map(({ name }) => label(name));
  if (isConflict) return 'Nothing of yours is lost.';
  if (combined.length === 0) return 'Nothing you changed was changed by others.';
  return `You both changed ${listed(combined)}: the two can be combined, see below.`;
}
