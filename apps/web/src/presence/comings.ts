import type { Person } from '@stet/protocol';
import { comingWords } from './words.js';

// Who begins and who ends to edit the open record, said in passing and gathered: for who goes through ten fields it is
// said once, and for who only passed through, not at all.

const gather = 1_500;
// After a lost link everybody else comes back too, each in their own time: that is no news.
const settle = 6_000;

type Editors = ReadonlyMap<string, { id: string; name: string }>;

export interface Comings {
  /** Who is there now; null while that is not known. */
  note(people: readonly Person[] | null): void;
  stop(): void;
}

/** `there`: who is there from the start, and is not said to come. */
export function createComings(one: string, there: readonly Person[], say: (text: string) => void): Comings {
  let told = editorsOf(there);
  let now = told;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wasLost = false;

  function tell(): void {
    timer = undefined;
    const text = comingWords(missingIn(told, now), missingIn(now, told), one);
    told = now;
    if (text !== '') say(text);
  }

  const stop = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };

  return {
    note(people) {
      if (people === null) {
        wasLost = true;
        return stop();
      }
      now = editorsOf(people);
      timer ??= setTimeout(tell, wasLost ? settle : gather);
      wasLost = false;
    },
    stop,
  };
}

const editorsOf = (people: readonly Person[]): Editors =>
  new Map(people.filter(({ state }) => state === 'editing').map((person) => [person.id, person]));

const missingIn = (some: Editors, others: Editors) => [...others.values()].filter(({ id }) => !some.has(id));
