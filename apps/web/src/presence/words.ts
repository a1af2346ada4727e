import type { Person, Resource } from '@stet/protocol';
import { labelOf, listed, shortList } from '../form/words.js';
import { inOrder } from './look.js';

// Who is there, in words, as plain functions of plain data. People are those beside the one who reads it.

/** `Ben and Chloe`; of more, `Ben and 2 others`: what they do has to fit beside it. */
export const namesOf = (people: readonly Pick<Person, 'name'>[]): string => {
  const names = people.map(({ name }) => name);
  return names.length <= 2 ? listed(names) : `${names[0]} and ${names.length - 1} others`;
};

const areOr = (people: readonly unknown[]): string => (people.length === 1 ? 'is' : 'are');
const haveOr = (people: readonly unknown[]): string => (people.length === 1 ? 'has' : 'have');

/** What a row of the list says; '' where nobody is. */
export function rowWords(people: readonly Person[], more: number): string {
  const said = inOrder(people).map(({ name, state, dirty }) => {
    if (dirty.length > 0) return `${name} has unsaved changes`;
    return `${name} is ${state === 'editing' ? 'editing' : 'looking at this'}`;
  });
  return [...said, ...moreWords(more)].join('. ');
}

/** What the head of a form says, a part for those who edit, those who look, and those who are not named. */
export function headWords(people: readonly Person[], more: number, resource: Resource): string[] {
  const editing = people.filter(({ state }) => state === 'editing');
  const looking = people.filter(({ state }) => state === 'viewing');
  const lookers = looking.length > 0 ? [`${namesOf(looking)} ${areOr(looking)} looking at this`] : [];
  return [...editingWords(editing, resource), ...lookers, ...moreWords(more)];
}

function editingWords(people: readonly Person[], resource: Resource): string[] {
  if (people.length === 0) return [];
  const dirty = new Set(people.flatMap((person) => person.dirty));
  const labels = Object.keys(resource.fields).flatMap((name) => (dirty.has(name) ? labelOf(resource, name) : []));
  const unsaved = labels.length > 0 ? `unsaved changes in ${shortList(labels)}` : null;
  const isAtIt = people.some(({ focus }) => focus !== undefined);
  // Whoever went elsewhere left something behind.
  if (unsaved && !isAtIt) return [`${namesOf(people)} ${haveOr(people)} ${unsaved}`];
  return [[`${namesOf(people)} ${areOr(people)} editing`, unsaved].filter(Boolean).join(' · ')];
}

const moreWords = (more: number): string[] => (more > 0 ? [`${more} more ${more === 1 ? 'is' : 'are'} here`] : []);

/** Those who have the cursor in a field, or something there that is not saved. */
export const thoseIn = (people: readonly Person[], field: string): Person[] =>
  people.filter(({ focus, dirty }) => focus === field || dirty.includes(field));

/** What stands beside a field's label; `people` are those in it. */
export function fieldWords(people: readonly Person[], field: string): string {
  const within = people.filter(({ focus }) => focus === field);
  const left = people.filter(({ focus }) => focus !== field);
  const isUnsaved = within.some(({ dirty }) => dirty.includes(field));
  return [
    ...(within.length > 0
      ? [`${namesOf(within)} ${areOr(within)} in this field${isUnsaved ? ' · not saved' : ''}`]
      : []),
    ...(left.length > 0 ? [`${namesOf(left)} ${haveOr(left)} unsaved edits here`] : []),
  ].join('; ');
}

/** What is said aloud; '' where nobody has begun or ended. */
export function comingWords(
  begun: readonly { name: string }[],
  ended: readonly { name: string }[],
  one: string,
): string {
  return [
    ...(begun.length > 0 ? [`${namesOf(begun)} ${areOr(begun)} editing this ${one}`] : []),
    ...(ended.length > 0 ? [`${namesOf(ended)} ${areOr(ended)} no longer shown as editing this ${one}`] : []),
  ].join('. ');
}
