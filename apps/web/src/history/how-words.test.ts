import { books, type How, type VersionInfo } from '@stet/protocol';
import { describe, expect, test } from 'vitest';
import type { Naming } from '../form/words.js';
import { who } from '../form/words.js';
import { toldOf } from './how-words.js';

const ana = { id: 'ana', name: 'Ana' };
const ben = { id: 'ben', name: 'Ben' };
const chloe = { id: 'chloe', name: 'Chloe' };
const nameOf: Naming = (by) => (by?.id === 'chloe' ? 'you' : who(by));

const made = (fields: string[], how?: How, more: Partial<VersionInfo> = {}): VersionInfo => ({
  version: 9,
  etag: '9-e',
  action: 'update',
  by: ana,
  at: '2025-03-01T12:00:00Z',
  fields,
  ...(how ? { how } : {}),
  ...more,
});

const said = (version: VersionInfo): string => {
  const { by, did, notes } = toldOf(books, version, nameOf);
  return [`${by} ${did}`, ...notes].join(', ');
};

describe('a version tells', () => {
  test('who changed which fields', () => {
    expect(said(made(['title', 'pages']))).toBe('Ana changed Title and Pages');
    expect(said(made(['title'], undefined, { by: chloe }))).toBe('you changed Title');
    expect(said(made(['title'], undefined, { action: 'create', version: 1 }))).toBe('Ana created it with Title');
    expect(said(made([], undefined, { action: 'destroy' }))).toBe('Ana deleted it');
  });

  test('what wrote in somebody’s name', () => {
    expect(said(made(['title'], undefined, { by: { ...ana, via: 'import' } }))).toBe('Ana (import) changed Title');
  });

  test('with whom it was combined', () => {
    const fields = { title: 'mine', notes: 'theirs', summary: 'merged' } as const;
    expect(said(made(['title', 'summary'], { combined: { base: 4, with: [ben], fields } }))).toBe(
      'Ana changed Title and Summary, combined with Ben’s changes to Notes and Summary',
    );
    expect(said(made(['title'], { combined: { base: 4, with: [ben, chloe], fields: { notes: 'theirs' } } }))).toBe(
      'Ana changed Title, combined with Ben’s and your changes to Notes',
    );
  });

  test('over whom it was chosen', () => {
    const whose = [
      { ...ben, fields: ['title'] },
      { ...chloe, fields: ['pages', 'notes'] },
    ];
    expect(said(made(['title'], { over: { seen: 8, whose } }))).toBe(
      'Ana changed Title, chosen over Ben’s Title and your Pages and Notes',
    );
  });

  test('what it brought back', () => {
    expect(said(made(['title'], { restored: { version: 5, fields: ['title'] } }))).toBe(
      'Ana restored Title of version 5',
    );
    expect(said(made(['title', 'pages'], { restored: { version: 5 } }))).toBe(
      'Ana restored version 5: Title and Pages',
    );
    expect(said(made(['title'], { restored: { version: 5 } }, { action: 'create' }))).toBe(
      'Ana brought it back as in version 5',
    );
  });
});
