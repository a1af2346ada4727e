import type { VersionInfo } from '@stet/protocol';
import { expect, test } from 'vitest';
import { byDay } from './days.js';

const made = (version: number, at: string): VersionInfo => ({
  version,
  etag: `${version}-e`,
  action: 'update',
  by: { id: 'ana', name: 'Ana' },
  at,
  fields: ['title'],
});

const daysOf = (items: VersionInfo[], now: string, zone: string) =>
  byDay(items, Date.parse(now), zone).map(({ title, items: of }) => `${title}: ${of.map(({ version }) => version)}`);

test('versions are told by the day of whoever reads them', () => {
  const items = [
    made(5, '2025-03-05T09:00:00Z'),
    made(4, '2025-03-05T00:30:00Z'),
    made(3, '2025-03-04T23:30:00Z'),
    made(2, '2025-03-04T12:00:00Z'),
    made(1, '2024-12-24T12:00:00Z'),
  ];
  expect(daysOf(items, '2025-03-05T10:00:00Z', 'UTC')).toEqual([
    'Today: 5,4',
    'Yesterday: 3,2',
    'Tuesday, 24 December 2024: 1',
  ]);
  expect(daysOf(items, '2025-03-05T10:00:00Z', 'Europe/Berlin')).toEqual([
    'Today: 5,4,3',
    'Yesterday: 2',
    'Tuesday, 24 December 2024: 1',
  ]);
});

test('the day before one on which the clocks change is yesterday', () => {
  // Summer time began in Berlin on 30 March 2025.
  const items = [made(2, '2025-03-30T10:00:00Z'), made(1, '2025-03-29T22:30:00Z')];
  expect(daysOf(items, '2025-03-30T21:30:00Z', 'Europe/Berlin')).toEqual(['Today: 2', 'Yesterday: 1']);
  expect(daysOf(items, '2025-03-31T00:30:00Z', 'Europe/Berlin')).toEqual([
    'Yesterday: 2',
    'Saturday, 29 March 2025: 1',
  ]);
});

test('what a page with a slow clock takes for tomorrow is today', () => {
  expect(daysOf([made(1, '2025-03-06T00:05:00Z')], '2025-03-05T23:59:00Z', 'UTC')).toEqual(['Today: 1']);
});
