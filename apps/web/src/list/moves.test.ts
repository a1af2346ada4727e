import { expect, test } from 'vitest';
import { moveTo } from './moves.js';

const rows = 100;
const page = 20;

test('arrows and their letters go one row on or back', () => {
  expect(moveTo('ArrowDown', 4, rows, page)).toBe(5);
  expect(moveTo('j', 4, rows, page)).toBe(5);
  expect(moveTo('ArrowUp', 4, rows, page)).toBe(3);
  expect(moveTo('k', 4, rows, page)).toBe(3);
});

test('pages, beginning and end', () => {
  expect(moveTo('PageDown', 4, rows, page)).toBe(24);
  expect(moveTo('PageUp', 4, rows, page)).toBe(0);
  expect(moveTo('Home', 50, rows, page)).toBe(0);
  expect(moveTo('End', 50, rows, page)).toBe(99);
});

test('a list is no wheel: at its ends it stays', () => {
  expect(moveTo('ArrowUp', 0, rows, page)).toBe(0);
  expect(moveTo('ArrowDown', 99, rows, page)).toBe(99);
});

test('from nowhere the way leads to the first row, and backwards to the last', () => {
  expect(moveTo('ArrowDown', -1, rows, page)).toBe(0);
  expect(moveTo('End', -1, rows, page)).toBe(99);
  expect(moveTo('Home', -1, rows, page)).toBe(0);
  expect(moveTo('ArrowUp', -1, rows, page)).toBe(99);
});

test('other keys move nothing, and nothing moves in an empty list', () => {
  expect(moveTo('x', 4, rows, page)).toBeNull();
  expect(moveTo('toString', 4, rows, page)).toBeNull();
  expect(moveTo('ArrowDown', -1, 0, page)).toBeNull();
});
