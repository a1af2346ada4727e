import type { KeptDraft, Listed } from '@stet/client';
import type { Resource } from '@stet/protocol';
import { ago } from '../form/words.js';

// What is said of a draft, as plain functions of plain data.

/** `The Hobbit`, or what a draft without a title is. */
export const titleOf = ({ title, record }: KeptDraft, { label }: Resource): string =>
  title.trim() || (record === null ? `New ${label.one}, without a title` : 'Without a title');

export function whereWords({ kept, where }: Listed): string {
  switch (where) {
    case 'here':
      return 'Open on this page';
    case 'elsewhere':
      return 'Open in another tab';
    case 'waiting':
      return kept.parked ? 'Put aside' : 'Waiting';
  }
}

/** `Started from version 3`, `A new book, never saved` */
export const baseWords = ({ base, record }: KeptDraft, { label }: Resource): string =>
  base === null || record === null ? `A new ${label.one}, never saved` : `Started from version ${base.version}`;

/** What else there is of mine beside the form that is open. */
export type Beside =
  | { kind: 'nothing' }
  /** What was typed before the page was closed, or the session ended, is in the form again. */
  | { kind: 'returned'; at: string }
  | { kind: 'elsewhere' }
  | { kind: 'waiting'; id: string; at: string; isParked: boolean };

export interface Standing {
  /** Null: it does not exist yet. */
  record: string | null;
  isDirty: boolean;
  /** When what came back with the opening had been typed; null where nothing did. */
  returned: string | null;
}

export function besideOf({ record, isDirty, returned }: Standing, items: readonly Listed[]): Beside {
  const mine = record === null ? [] : items.filter(({ kept }) => kept.record === record);
  if (mine.some(({ where }) => where === 'elsewhere')) return { kind: 'elsewhere' };
  if (isDirty) return returned === null ? { kind: 'nothing' } : { kind: 'returned', at: returned };
  const waiting = mine.find(({ where }) => where === 'waiting');
  if (!waiting) return { kind: 'nothing' };
  const { id, at, parked } = waiting.kept;
  return { kind: 'waiting', id, at, isParked: parked };
}

/** Null: there is nothing to say. */
export function besideWords(beside: Beside, { label: { one } }: Resource, now: number): string | null {
  switch (beside.kind) {
    case 'nothing':
      return null;
    case 'returned':
      return `Your unsaved changes${from(beside.at, now)} are here.`;
    case 'elsewhere':
      return `You have unsaved changes to this ${one} in another tab.`;
    case 'waiting':
      return beside.isParked
        ? `You have put changes to this ${one} aside.`
        : `You have unsaved changes to this ${one}${from(beside.at, now)}.`;
  }
}

/** By the device's clock, which may have been set since. */
function from(at: string, now: number): string {
  const words = ago(at, now);
  return words === '' || words === 'just now' ? '' : ` from ${words}`;
}
