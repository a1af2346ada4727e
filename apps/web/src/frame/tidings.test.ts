import { expect, test } from 'vitest';
import { sentence, type Tiding } from './tidings.js';

const ana: Tiding = { who: 'Ana Alves', action: 'update', title: 'The Hobbit' };

test('one change is told in full', () => {
  expect(sentence([ana])).toBe('Ana Alves changed The Hobbit');
  expect(sentence([{ ...ana, action: 'destroy' }])).toBe('Ana Alves deleted The Hobbit');
});

test('many changes are still one sentence', () => {
  expect(sentence([ana, { ...ana, title: 'Emma' }])).toBe('Ana Alves made 2 changes');
  expect(sentence([ana, { ...ana, who: 'Ben Berger', title: 'Emma' }])).toBe('Ana Alves and others made 2 changes');
});

test('the same change of the same book by two is told once', () => {
  expect(sentence([ana, { ...ana, who: 'Ben Berger' }])).toBe('Ana Alves and others changed The Hobbit');
});
