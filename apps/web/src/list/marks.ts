import type { Whose } from '@stet/client';
import type { Change } from '@stet/protocol';

// Who has just changed what: a mark for each record, calm again after some seconds.

const restless = 6_000;
// As long as the row's colour takes to fade (list.css).
const calming = 2_000;

export interface Mark {
  by: string;
  /** About to be no news any more. */
  isCalming: boolean;
}

export interface Marks {
  /** Whose change is news at a record. */
  of(id: string): Mark | undefined;
  /** The name of a user, or the id until a change has told the name. */
  nameOf(user: string): string;
  note(change: Change, whose: Whose): void;
  stop(): void;
}

export const nameOfAuthor = ({ name, via }: Change['by'], whose: Whose): string => {
  // No name: of what is withheld nobody below hears who did it.
  const who = whose === 'other' ? name || 'Somebody' : 'You, elsewhere';
  return via ? `${who} (${via})` : who;
};

export function createMarks(me: { id: string; name: string }, changed: () => void): Marks {
  const marks = new Map<string, { by: string; until: number }>();
  const names = new Map([[me.id, me.name]]);
  let timer: ReturnType<typeof setTimeout> | undefined;

  function sweep(): void {
    const now = Date.now();
    for (const [id, { until }] of marks) if (until <= now) marks.delete(id);
    timer = marks.size > 0 ? setTimeout(sweep, 1_000) : undefined;
    changed();
  }

  return {
    of(id) {
      const mark = marks.get(id);
      return mark && { by: mark.by, isCalming: mark.until - Date.now() <= calming };
    },
    nameOf: (user) => names.get(user) ?? user,
    note({ id, by }, whose) {
      names.set(by.id, by.name);
      // What I saved here is news to nobody at this page, and no longer somebody else's.
      if (whose === 'own') marks.delete(id);
      else marks.set(id, { by: nameOfAuthor(by, whose), until: Date.now() + restless });
      timer ??= setTimeout(sweep, 1_000);
      changed();
    },
    stop: () => clearTimeout(timer),
  };
}
