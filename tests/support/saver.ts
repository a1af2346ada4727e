// A program that saves without end through a proxy, and insists: what was not answered it asks again, with the same key.
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { StetRecord } from '@stet/protocol';
import { type Answer, match, type Person } from './api.js';
import { at } from './story.js';
import { until } from './until.js';

export interface Saver {
  book: StetRecord;
  /** How many saves were acknowledged. */
  readonly saved: number;
  /** How often it had to ask again, by what it was told: a status, or the code of a broken connection. */
  readonly repeated: Readonly<Record<string, number>>;
  /** Waits until it has saved some more. */
  goesOn(): Promise<void>;
  /** Ends it; fails if it was refused for good. */
  stop(): Promise<void>;
}

/** What says nothing about the save: a proxy that has lost its node, a node that has lost its database. */
const passing = [502, 503, 504];

/** Nobody else saves in this book: each save counts its pages up by one. */
export function startSaver(person: Person, book: StetRecord): Saver {
  let etag = book.etag;
  let saved = 0;
  let isOver = false;
  const repeated: Record<string, number> = {};

  async function insist(pages: number, key: string): Promise<Answer<StetRecord>> {
    for (;;) {
      const told = await person
        .patch<StetRecord>(at(book), { pages }, { ...match({ etag }), 'idempotency-key': key })
        .catch((error: unknown) => {
          if (error instanceof Error && 'code' in error) return String(error.code);
          throw error;
        });
      if (typeof told !== 'string' && !passing.includes(told.status)) return told;
      const what = typeof told === 'string' ? told : String(told.status);
      repeated[what] = (repeated[what] ?? 0) + 1;
      await pause(50);
    }
  }
  async function work(): Promise<void> {
    while (!isOver) {
      const { status, body, text } = await insist(saved + 1, randomUUID());
      if (status !== 200) throw new Error(`Save ${saved + 1} of ${book.id} was refused: ${status} ${text}`);
      etag = body.etag;
      saved += 1;
    }
  }
  const working = work();
  // Told when it is stopped.
  working.catch(() => {});
  return {
    book,
    get saved() {
      return saved;
    },
    repeated,
    async goesOn() {
      const before = saved;
      await Promise.race([working, until(`${book.id} is saved again`, () => saved > before + 2, 60_000)]);
    },
    stop() {
      isOver = true;
      return working;
    },
  };
}

/** What is wrong with a book's history, if each save was made, once and in its turn. */
export async function flawsIn(person: Person, { book, saved }: Saver): Promise<string[]> {
  const { body } = await person.get<StetRecord & { pages: number }>(at(book));
  if (body.version === saved + 1 && body.pages === saved) return [];
  return [`${saved} saves of ${book.id} made version ${body.version} with ${body.pages} pages`];
}
