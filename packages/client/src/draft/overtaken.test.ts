import { expect, test } from 'vitest';
import type { Met } from '../news.js';
import { type Overtaken, overtake } from './overtaken.js';

const met = (to: number, before: string | null, after: string | null): Met => ({
  by: { id: 'ana', name: 'Ana' },
  at: '2026-01-01T00:00:00.000Z',
  whose: 'other',
  from: to - 1,
  to,
  fields: [{ name: 'publisher', before, after }],
  ...{ destroyed: false, anew: false, key: null, how: null },
});

test('[C3] of several changes a field shows what it was before the first one, be that nothing, and what it is now', () => {
  const all = [met(2, null, 'A'), met(3, 'A', 'B'), met(4, 'B', null)];
  const seen = all.reduce<Overtaken | null>((so, one) => overtake(so, one, () => false), null);
  expect(seen?.fields).toMatchObject([{ name: 'publisher', before: null, after: null }]);
  const two = all.slice(0, 2).reduce<Overtaken | null>((so, one) => overtake(so, one, () => true), null);
  expect(two).toMatchObject({ version: 3, fields: [{ before: null, after: 'B', touched: true }] });
});
