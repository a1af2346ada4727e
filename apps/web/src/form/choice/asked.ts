import type { Choice, Question, Side } from '@stet/client';
import type { Resource } from '@stet/protocol';

// What of a choice is asked, and what is only told. Pure.

export interface Sorted {
  /** Each is answered at once: one field, or several that belong together (M3). */
  asked: Question[][];
  /** Both sides stand in it already; the person may say otherwise. */
  combined: Question[];
  /** Only one side changed it. */
  oneSided: Question[];
}

/** What was combined by hand is asked as long as it is there, even where theirs has come back to what it was. */
const isAsked = ({ verdict, edited }: Question): boolean => verdict === 'conflict' || edited !== undefined;

export function sorted({ together }: Pick<Resource, 'together'>, { questions }: Pick<Choice, 'questions'>): Sorted {
  const asked: Question[][] = [];
  for (const question of questions.filter(isAsked)) {
    const group = together.find((names) => names.includes(question.name)) ?? [];
    const known = asked.find((each) => each.some(({ name }) => group.includes(name)));
    if (known) known.push(question);
    else asked.push([question]);
  }
  const rest = questions.filter((question) => !isAsked(question));
  return {
    asked,
    combined: rest.filter(({ verdict }) => verdict === 'merged'),
    oneSided: rest.filter(({ verdict }) => verdict !== 'merged'),
  };
}

/** The answer to all of a group; null where there is none, or not one for all of it. */
export function sideOf(group: readonly Question[]): Side | null {
  const sides = new Set(group.map(({ side }) => side));
  return sides.size === 1 ? (group[0]?.side ?? null) : null;
}

/** Whether there is something to combine by hand from. */
export const canCombine = (group: readonly Question[]): boolean =>
  group.every(({ proposal, edited }) => proposal !== null || edited !== undefined);

/** Whether the combined text is before the person: chosen, or chosen once and asked anew. */
export const isCombining = ({ side, again, edited }: Question): boolean =>
  side === 'edited' || (again && edited !== undefined);
