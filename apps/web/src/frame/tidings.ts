import type { Action } from '@stet/protocol';

// What others do, said in passing: one sentence for one change, and still one sentence for a thousand.

export interface Tiding {
  who: string;
  action: Action;
  title: string;
}

const gather = 800;
const verbs: Record<Action, string> = { create: 'added', update: 'changed', destroy: 'deleted' };

/** One sentence for all of them; `tidings` is not empty. */
export function sentence(tidings: readonly Tiding[]): string {
  const [first] = tidings;
  if (!first) return '';
  const titles = new Set(tidings.map(({ title }) => title));
  const people = new Set(tidings.map(({ who }) => who));
  const actions = new Set(tidings.map(({ action }) => action));
  const who = people.size === 1 ? first.who : `${first.who} and others`;
  if (titles.size === 1 && actions.size === 1) return `${who} ${verbs[first.action]} ${first.title}`;
  return `${who} made ${tidings.length} changes`;
}

export function createTidings(say: (text: string) => void) {
  let gathered: Tiding[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    note(tiding: Tiding): void {
      gathered.push(tiding);
      timer ??= setTimeout(() => {
        timer = undefined;
        say(sentence(gathered));
        gathered = [];
      }, gather);
    },
    stop: () => clearTimeout(timer),
  };
}
