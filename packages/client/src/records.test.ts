import { books, emptyBody, problem, type StetRecord } from '@stet/protocol';
import { beforeEach, expect, test } from 'vitest';
import type { Answer } from './api.js';
import { StetModel } from './record.js';
import { StetList } from './records.js';

// What comes in while a list is being read belongs to that reading, and to no later one.

const first = { q: '', sort: 'title', filters: {} };
const headers = new Headers();

const recordOf = (id: string): StetRecord =>
  ({ ...emptyBody(books), id, title: id, version: 1, etag: `e.${id}.1` }) as unknown as StetRecord;
const page = (...ids: string[]): Answer => ({
  ...{ kind: 'ok', status: 200, headers },
  body: { items: ids.map(recordOf), next: null, cursor: 'c' },
});
const gone: Answer = { kind: 'refused', problem: problem('not-found'), headers };

let answers: Array<(answer: Answer) => void>;
let models: Map<string, StetModel>;
let list: StetList;
beforeEach(() => {
  [answers, models] = [[], new Map()];
  list = new StetList({
    resource: books,
    path: '/books',
    api: () => new Promise((resolve) => answers.push(resolve)),
    recordOf: modelOf,
    read: () => {},
    missed: () => {},
  });
});

function modelOf(id: string): StetModel {
  const model = models.get(id) ?? new StetModel(books, id, async () => gone);
  models.set(id, model);
  return model;
}

/** Somebody makes a book, and the page hears of it. */
function hears(id: string): void {
  const model = modelOf(id);
  model.meet({ kind: 'read', record: recordOf(id) });
  list.consider(model);
}

const ids = () => list.models.map(({ id }) => id);

test('[H1] what came in while it was read is there, though it was read before', async () => {
  const shown = list.show(first);
  hears('numbat');
  answers.shift()?.(page('quokka'));
  await shown;
  expect(ids()).toEqual(['numbat', 'quokka']);
});

test.each([
  ['was refused', () => answers.shift()?.(gone)],
  ['was overtaken by the next', () => answers.shift()],
])('[H1] what came in during a reading that %s is not in a later one where it is gone', async (_, ends) => {
  void list.show(first);
  hears('numbat');
  ends();
  await Promise.resolve();
  const again = list.show(first);
  answers.shift()?.(page('quokka'));
  await again;
  expect(ids()).toEqual(['quokka']);
});
