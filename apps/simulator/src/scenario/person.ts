import type { Random } from '../random.js';
import type { Action } from './plan.js';
import type { ActionName, People } from './scenario.js';
import { actions } from './scenario.js';
import type { Typist } from './typing.js';

// One person who acts by chance. What they do next follows from what they have done: nobody types before they have
// opened, or saves before they have typed. What the others do to the records, they learn only from the store.

/** What all of them share while a plan is drawn: which records there should be by now. */
export interface Shelf {
  first: string;
  there: string[];
  gone: string[];
  typist: Typist;
  /** The name of one more. */
  more(): string;
}

export interface Person {
  name: string;
  group: People;
  /** Those that they type into. */
  fields: readonly string[];
  /** Milliseconds between two actions, on average. */
  every: number;
  random: Random;
  /** The record whose form is open, and whether something is typed there that is not saved. */
  record: string | null;
  isTyped: boolean;
  isLooking: boolean;
  /** Offline until then. */
  backAt: number | null;
}

const reading: ReadonlySet<ActionName> = new Set(['open', 'look', 'leave', 'offline', 'reload', 'reconnect']);

/** Whether it makes sense now. */
const fits: Record<ActionName, (person: Person) => boolean> = {
  open: ({ isTyped, backAt }) => !isTyped && backAt === null,
  type: ({ record }) => record !== null,
  save: ({ isTyped }) => isTyped,
  delete: ({ isTyped, backAt }) => !isTyped && backAt === null,
  restore: ({ backAt }) => backAt === null,
  create: ({ backAt }) => backAt === null,
  look: ({ backAt }) => backAt === null,
  leave: ({ isLooking, backAt }) => isLooking && backAt === null,
  offline: ({ backAt }) => backAt === null,
  reload: ({ backAt }) => backAt === null,
  reconnect: ({ backAt }) => backAt === null,
};

/** What they do at this moment; nothing where nothing fits. */
export function act(person: Person, shelf: Shelf, at: number): Action[] {
  const { group, random } = person;
  const may = (name: ActionName): boolean =>
    (group.weights[name] ?? 0) > 0 && (group.role !== 'viewer' || reading.has(name));
  const open = actions.filter((name) => may(name) && fits[name](person));
  if (open.length > 0) {
    const weights = Object.fromEntries(open.map((name) => [name, group.weights[name] ?? 0]));
    return doing[random.weighted<ActionName>(weights)](person, shelf, at);
  }
  // Told to type and not to open, they open what they type into.
  return may('type') && fits.open(person) ? doing.open(person, shelf, at) : [];
}

function pick({ group, random }: Person, { first, there, gone }: Shelf): string {
  if (random.chance(group.hot)) return first;
  return random.pick(there.length > 0 ? there : gone);
}

function move(record: string, from: string[], to: string[]): void {
  const index = from.indexOf(record);
  if (index < 0) return;
  from.splice(index, 1);
  to.push(record);
}

const doing: Record<ActionName, (person: Person, shelf: Shelf, at: number) => Action[]> = {
  open(person, shelf) {
    const { record: before } = person;
    const record = pick(person, shelf);
    person.record = record;
    return [...(before === null ? [] : [{ do: 'close' as const, record: before }]), { do: 'open', record }];
  },
  type(person, { typist }) {
    const { record, fields, random } = person;
    if (record === null) return [];
    const field = random.pick(fields);
    const value = typist.type(record, field, random);
    if (value === null) return [];
    person.isTyped = true;
    return [{ do: 'type', record, field, value }];
  },
  save(person) {
    person.isTyped = false;
    return person.record === null ? [] : [{ do: 'save', record: person.record }];
  },
  delete(person, shelf) {
    const record = person.record ?? pick(person, shelf);
    person.record = null;
    move(record, shelf.there, shelf.gone);
    return [{ do: 'delete', record }];
  },
  restore(person, shelf) {
    const { random } = person;
    if (shelf.gone.length === 0) return [{ do: 'restore', record: pick(person, shelf), version: 1 }];
    const record = random.pick(shelf.gone);
    move(record, shelf.gone, shelf.there);
    return [{ do: 'restore', record, version: null }];
  },
  create(_, shelf) {
    const record = shelf.more();
    shelf.there.push(record);
    return [{ do: 'create', record, fields: { title: shelf.typist.word(), summary: shelf.typist.word() } }];
  },
  look(person, shelf) {
    person.isLooking = true;
    return [{ do: 'look', record: pick(person, shelf) }];
  },
  leave(person) {
    person.isLooking = false;
    return [{ do: 'leave' }];
  },
  offline(person, _, at) {
    person.backAt = at + Math.round(person.group.away * (0.5 + person.random.next()));
    return [{ do: 'offline' }];
  },
  reload: () => [{ do: 'reload' }],
  reconnect: () => [{ do: 'reconnect' }],
};
