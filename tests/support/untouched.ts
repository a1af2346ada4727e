// A story in which nothing may change: each test is followed by a look at all that it could have changed.
import type { StetRecord } from '@stet/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { Person } from './api.js';
import { at, newBook, type Story, startStory } from './story.js';

export interface Untouched {
  story: Story;
  ana: Person;
  /** The one that all the bad input is aimed at. */
  book: StetRecord;
}

/** To be called once, at the top of a test file; what it returns is there when the tests run. */
export function untouched(): Untouched {
  const held = {} as Untouched;
  let before: unknown;
  const standing = async () => ({
    workspaces: await held.story.engine.store.workspaces.all(),
    book: (await held.ana.get(at(held.book))).body,
  });
  beforeAll(async () => {
    held.story = await startStory();
    held.ana = held.story.as('ana');
    held.book = await newBook(held.ana, { title: 'Sturdy', notes: 'as it was' });
  });
  beforeEach(async () => {
    before = await standing();
  });
  afterEach(async () => {
    expect(await standing()).toEqual(before);
  });
  afterAll(() => held.story.stop());
  return held;
}
