import { books, emptyBody } from '@stet/protocol';
import { expect, test } from 'vitest';
import { ask, conflictsOf, type Form, isClean, openForm, saved, settle, sheetOf, typeInto } from './form.js';

const base = { version: { n: 1, tag: '1-a' }, fields: { title: 'Dune', notes: 'one two three four', pages: 100 } };
const theirs = { version: { n: 2, tag: '2-b' }, fields: { title: 'Emma', notes: 'one two three four w1', pages: 100 } };

/** Mine: another title, another word, another number of pages. */
const mine = (): Form =>
  [['title', 'Ivanhoe'] as const, ['notes', 'w2 one two three four'] as const, ['pages', 7] as const].reduce(
    (form, [field, value]) => typeInto(form, field, value),
    openForm(base),
  );

test('what is sent is the whole form, and what was typed back to what it was is no change', () => {
  const form = typeInto(openForm(base), 'title', 'Ivanhoe');
  expect(sheetOf(form)).toEqual({ ...emptyBody(books), ...base.fields, title: 'Ivanhoe' });
  expect(isClean(form)).toBe(false);
  expect(isClean(typeInto(form, 'title', 'Dune'))).toBe(true);
});

test('what is typed while a save is on its way is still to be saved', () => {
  const sent = typeInto(openForm(base), 'title', 'Ivanhoe');
  const now = { version: { n: 2, tag: '2-c' }, fields: sheetOf(sent) };
  expect(saved(typeInto(sent, 'pages', 7), now)).toEqual({ base: now, typed: { pages: 7 }, question: null });
});

test('asks where a save was refused, and not where the store holds what was typed', () => {
  expect(ask(mine(), theirs).question).toEqual(theirs);
  expect(ask(mine(), { version: theirs.version, fields: null }).question).toEqual({
    version: theirs.version,
    fields: null,
  });
  const landed = { version: theirs.version, fields: sheetOf(mine()) };
  expect(ask(mine(), landed)).toEqual(openForm(landed));
});

test('only what both changed, to different values, is in conflict; a field that is not named is empty', () => {
  const form = typeInto(openForm(base), 'subtitle', 'A novel');
  expect(conflictsOf(form, { ...base.fields, subtitle: null })).toEqual([]);
  expect(conflictsOf(mine(), theirs.fields)).toEqual(['title', 'notes']);
});

test.each([
  ['mine', { title: 'Ivanhoe', notes: 'w2 one two three four', pages: 7 }],
  ['theirs', { pages: 7 }],
  ['fields', { notes: 'w2 one two three four', pages: 7 }],
  ['combine', { title: 'Ivanhoe', notes: 'w2 one two three four w1', pages: 7 }],
  ['discard', {}],
] as const)('chosen «%s», it goes on from their version with what is left to save', (how, typed) => {
  expect(settle(ask(mine(), theirs), theirs, how)).toEqual({ base: theirs, typed, question: null });
});
