import type { Whose } from '@stet/client';
import type { Change } from '@stet/protocol';

// Who has just changed what: a mark for each record, calm again after some seconds.

const restless = 6_000;

export interface Marks {
  /** The name to show at a record, while its change is news. */
  by(id: string): string | undefined;
  /** The name of a user, as far as a change told it. */
  nameOf(user: string): string | undefined;
  note(change: Change, whose: Whose): void;
  stop(): void;
}

export const nameOfAuthor = ({ name, via }: Change['by'], whose: Whose): string => {
  const who = whose === 'other' ? name : 'You, elsewhere';
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
    by: (id) => marks.get(id)?.by,
    nameOf: (user) => names.get(user),
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
