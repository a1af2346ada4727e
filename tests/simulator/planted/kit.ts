// What planted faults are made of: decorators around a server's store, its door, and what goes out on its sockets.
import type { Answer, Ask, Door, Plant, PlantedLine } from '@stet/server';
import type { SqlStore, Store, Write } from '@stet/store';

export type Who = Parameters<Door['ask']>[1];

/** The door, with another answer to some of what is asked. */
export const answering = (answer: (ask: Ask, who: Who, door: Door) => Promise<Answer>): NonNullable<Plant['door']> => {
  return (door) => ({ ...door, ask: (ask, who) => answer(ask, who, door) });
};

/** The same, made anew for each node: what it remembers, it remembers for itself. */
export const storing =
  (change: (store: SqlStore) => Partial<Store>): NonNullable<Plant['store']> =>
  (store) => {
    const own = change(store) as Record<string | symbol, unknown>;
    // What is not changed stays the store's own, private fields included.
    return new Proxy<Store>(store, {
      get(target, name) {
        if (name in own) return own[name];
        const value = Reflect.get(target, name) as unknown;
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  };

/** Each time that it is asked: whether it is one in so many. */
export function everyNth(n: number): () => boolean {
  let count = 0;
  return () => {
    count += 1;
    return count % n === 0;
  };
}

export const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const isEdit = ({ method, path }: Ask): boolean =>
  (method === 'PATCH' || method === 'PUT') && path.includes('/books/');

/** The answer to a GET of the record that somebody writes to. */
export const readOf = (ask: Ask, who: Who, door: Door): Promise<Answer> =>
  door.ask(
    {
      method: 'GET',
      path: ask.path.replace(/\/restore$/, ''),
      query: new URLSearchParams(),
      headers: {},
      body: undefined,
    },
    who,
  );

export const changeIn = (text: string): { seq: number; id: string } | null =>
  text.startsWith('{"type":"rt-change"') ? (JSON.parse(text) as { seq: number; id: string }) : null;

/** Something of its own for each line. */
export function perLine<T>(make: () => T): (line: PlantedLine) => T {
  const known = new WeakMap<PlantedLine, T>();
  return (line) => {
    const found = known.get(line) ?? make();
    known.set(line, found);
    return found;
  };
}

export type { Answer, Ask, Door, Plant, PlantedLine, Write };
