import type { Person } from '@stet/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createComings } from './comings.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const edits = (name: string, dirty: string[] = []): Person => ({ id: name, name, state: 'editing', dirty });
const looks = (name: string): Person => ({ ...edits(name), state: 'viewing' });

function heard(there: Person[] = []) {
  const said: string[] = [];
  return { said, comings: createComings('book', there, (text) => said.push(text)) };
}

const pause = () => vi.advanceTimersByTime(10_000);

test('who begins and who ends is said once, whatever they do in between', () => {
  const { said, comings } = heard();
  for (const dirty of [[], ['title'], ['title', 'notes']]) comings.note([edits('Ben', dirty), looks('Chloe')]);
  pause();
  expect(said).toEqual(['Ben is editing this book']);
  comings.note([edits('Ben'), looks('Chloe')]);
  pause();
  expect(said.splice(0)).toHaveLength(1);
  comings.note([looks('Ben')]);
  pause();
  expect(said).toEqual(['Ben is no longer shown as editing this book']);
});

test('who is there from the start, only passes through, or looks is not said', () => {
  const { said, comings } = heard([edits('Ben')]);
  comings.note([edits('Ben')]);
  comings.note([edits('Ben'), edits('Chloe')]);
  comings.note([edits('Ben'), looks('Dan')]);
  pause();
  expect(said).toEqual([]);
});

test('who comes back after the link was lost was never gone', () => {
  const { said, comings } = heard([edits('Ben'), edits('Chloe')]);
  comings.note(null);
  pause();
  comings.note([]);
  vi.advanceTimersByTime(3_000);
  comings.note([edits('Ben')]);
  pause();
  expect(said).toEqual(['Chloe is no longer shown as editing this book']);
});
