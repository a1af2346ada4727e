import { type Body, books, checkBody, emptyBody } from '@stet/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plan } from './plan.js';

const body = (fields: Partial<Body>): Body => ({ ...emptyBody(books), ...fields }) as Body;
const at = (fields: Partial<Body>, version = 3) => ({ version, body: body(fields) });
const told = (
  row: Partial<Body>,
  imported: Partial<Body>,
  record: Partial<Body>,
  prefer: 'people' | 'file' = 'people',
) => plan(books, row, imported, at(record), prefer);

describe('an import is an editor who was away', () => {
  test('what is not there is created; what was destroyed stays destroyed', () => {
    expect(plan(books, { title: 'A' }, {}, null, 'people')).toEqual({
      kind: 'create',
      fields: { title: 'A' },
      dropped: [],
    });
    expect(plan(books, { title: 'A' }, {}, { version: 4, body: null }, 'file')).toEqual({ kind: 'destroyed' });
    expect(plan(books, { pages: 3 }, {}, null, 'people')).toEqual({
      kind: 'unsound',
      issues: [{ path: 'title', message: 'is required' }],
    });
  });

  test('what the file did not change is left to people', () => {
    expect(told({ title: 'A' }, { title: 'A' }, { title: 'B' })).toEqual({
      kind: 'unchanged',
      settled: [],
      dropped: [],
    });
    expect(told({ title: 'A' }, { title: 'A' }, { title: 'B' }, 'file').kind).toBe('unchanged');
  });

  test('what only the file changed is updated', () => {
    expect(told({ title: 'C' }, { title: 'A' }, { title: 'A' })).toMatchObject({
      kind: 'update',
      base: 3,
      fields: { title: 'C' },
    });
  });

  test("what both changed is a person's, or the file's where it is preferred", () => {
    const both = { field: 'title', file: 'C', record: 'B' };
    expect(told({ title: 'C' }, { title: 'A' }, { title: 'B' })).toEqual({
      kind: 'unchanged',
      settled: [{ ...both, kind: 'kept' }],
      dropped: [],
    });
    expect(told({ title: 'C' }, { title: 'A' }, { title: 'B' }, 'file')).toMatchObject({
      fields: { title: 'C' },
      settled: [{ ...both, kind: 'replaced' }],
    });
    expect(told({ title: 'B' }, { title: 'A' }, { title: 'B' }).kind).toBe('unchanged');
  });

  test('in a record that people made, what is empty is filled and what differs is kept', () => {
    expect(told({ title: 'C', pages: 7 }, {}, { title: 'B' })).toMatchObject({
      fields: { pages: 7 },
      settled: [{ field: 'title', kind: 'kept' }],
    });
  });
});

describe('[M3] fields that belong together have one author', () => {
  const mine = { title: 'T', isbn10: '0439023483', isbn13: '9780439023481' };
  const row = { title: 'T', isbn10: '0439554934', isbn13: '9780439554930' };

  test('half of a pair does not go into the pair of a person', () => {
    const planned = told(row, {}, { ...mine, isbn13: null });
    expect(planned).toMatchObject({ kind: 'unchanged' });
    expect(planned.kind === 'unchanged' && planned.settled.map(({ field }) => field)).toEqual(['isbn10', 'isbn13']);
  });

  test('what would make the record unsound is left out, and the rest is not', () => {
    expect(told({ isbn13: '9780439554930', pages: 7 }, {}, { ...mine, isbn13: null })).toMatchObject({
      fields: { pages: 7 },
      dropped: [{ field: 'isbn13' }],
    });
    expect(told({ isbn10: '0439554934' }, mine, mine)).toMatchObject({
      kind: 'unchanged',
      dropped: [{ field: 'isbn10' }],
    });
  });
});

test('whatever people and files did before: once imported, the same row changes nothing, and records stay sound', () => {
  const value: fc.Arbitrary<Partial<Body>> = fc.record(
    {
      title: fc.constantFrom('A', 'B', 'C'),
      authors: fc.constantFrom<string[][]>(['A'], ['B', 'A'], []),
      pages: fc.constantFrom(null, 1, 2),
      isbn10: fc.constantFrom(null, '0439023483', '0439554934'),
      isbn13: fc.constantFrom(null, '9780439023481', '9780439554930'),
    },
    { requiredKeys: [] },
  );
  const said = value.map(
    (row) => Object.fromEntries(Object.entries(row).filter(([, one]) => one?.toString())) as Partial<Body>,
  );
  fc.assert(
    fc.property(
      said,
      value,
      value,
      fc.constantFrom('people' as const, 'file' as const),
      (row, imported, record, prefer) => {
        const before = body({ title: 'A', ...record });
        fc.pre(checkBody(books, before).length === 0);
        const planned = plan(books, row, imported, { version: 1, body: before }, prefer);
        if (planned.kind !== 'update') return;
        const after = { ...before, ...planned.fields } as Body;
        expect(checkBody(books, after)).toEqual([]);
        const again = plan(books, row, { ...imported, ...planned.fields }, { version: 2, body: after }, prefer);
        expect(again.kind).toBe('unchanged');
      },
    ),
  );
});
