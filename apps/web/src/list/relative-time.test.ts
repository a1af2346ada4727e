import { expect, test } from 'vitest';
import { relativeTime, wholeTime } from './relative-time.js';

const now = Date.parse('2026-06-15T12:00:00Z');
const ago = (ms: number) => relativeTime(new Date(now - ms).toISOString(), now);
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

test('the time since a change, in as few letters as can be', () => {
  expect(ago(59_000)).toBe('now');
  expect(ago(minute)).toBe('1 min');
  expect(ago(59 * minute)).toBe('59 min');
  expect(ago(hour)).toBe('1 h');
  expect(ago(23 * hour)).toBe('23 h');
  expect(ago(6 * day)).toBe('6 d');
});

test('what is longer ago has its date', () => {
  expect(ago(30 * day)).toBe('16 May');
  expect(ago(400 * day)).toBe('May 2025');
});

test('a clock that is slow makes no future', () => {
  expect(ago(-5 * minute)).toBe('now');
});

test('what is no time shows nothing', () => {
  expect(relativeTime('yesterday', now)).toBe('');
  expect(wholeTime('undefined')).toBe('');
});
