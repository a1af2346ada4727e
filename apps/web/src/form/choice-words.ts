import type { Choice, Question } from '@stet/client';
import { listed, type Naming } from './words.js';

// The wording of a choice between two edits.

export const isAsked = ({ verdict }: Question): boolean => verdict === 'conflict' || verdict === 'merged';

/** Who changed a field last, of those who saved meanwhile. */
export function authorOf({ changes }: Choice, name: string, nameOf: Naming): string {
  const change = changes.findLast(({ fields }) => fields.includes(name)) ?? changes.at(-1);
  return nameOf(change?.by ?? null);
}

/** `Ana saved version 13 while you were editing.` */
export function choiceWords({ changes, theirs }: Choice, nameOf: Naming): string {
  const names = [...new Set(changes.map(({ by }) => nameOf(by)))];
  const first = Math.min(theirs.version, ...changes.map(({ version }) => version));
  const versions = first === theirs.version ? `version ${theirs.version}` : `versions ${first} to ${theirs.version}`;
  const said = `${names.length > 0 ? listed(names) : 'somebody'} saved ${versions} while you were editing.`;
  return said.charAt(0).toUpperCase() + said.slice(1);
}

/** Where nobody has to decide anything, it says why. */
export function outcomeWords({ questions }: Choice, label: (name: string) => string): string {
  const isConflict = questions.some(({ verdict }) => verdict === 'conflict');
  const combined = questions.filter(({ verdict }) => verdict === 'merged').map(({ name }) => label(name));
  if (isConflict) return 'Nothing of yours is lost.';
  if (combined.length === 0) return 'Nothing you changed was changed by others.';
  return `You both changed ${listed(combined)}: the two can be combined, see below.`;
}
