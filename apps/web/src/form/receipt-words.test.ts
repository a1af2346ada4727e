import type { Restored } from '@stet/client';
import { books, type Receipt, type Stale, type Verdict } from '@stet/protocol';
import { describe, expect, it } from 'vitest';
import { receiptWords, undoneWords, withWords } from './receipt-words.js';
import { type Naming, who } from './words.js';

const ben = { id: 'ben', name: 'Ben Berger' };
const chloe = { id: 'chloe', name: 'Chloé Caron' };
const ana = { id: 'ana', name: 'Ana Alves' };
/** Ana reads it; what is hers was saved in another tab. */
const nameOf: Naming = (by) => who(by, by?.id === 'ana' ? 'own-elsewhere' : 'other');

const made = (version: number, by: typeof ben, ...fields: string[]): Receipt['with'][number] => ({
  version,
  etag: `${version}`,
  action: 'update',
  by,
  at: '',
  fields,
});
const receipt = (fields: Record<string, Verdict>, ...between: Receipt['with']): Receipt => ({
  base: 2,
  version: 4,
  with: between,
  fields,
  undo: { method: 'POST', path: '', headers: { 'if-match': '"4"' }, body: { version: 3, fields: ['pages'] } },
});
const said = (of: Receipt) => receiptWords(books, of, nameOf);

describe('[M4] the receipt of a combined save', () => {
  it('says whose part is whose', () => {
    const one = receipt({ pages: 'mine', title: 'theirs' }, made(3, ben, 'title'));
    expect(said(one)).toEqual(['Saved as version 4.', 'Your Pages was combined with Ben Berger’s Title.']);
    const many = receipt(
      { title: 'theirs', pages: 'mine', series: 'theirs', notes: 'mine' },
      made(2, ben, 'title', 'series'),
      made(3, chloe, 'series'),
    );
    expect(said(many)[1]).toBe('Your Pages and Notes were combined with Ben Berger’s Title and Chloé Caron’s Series.');
    expect(withWords(many, nameOf)).toBe('Ben Berger’s and Chloé Caron’s changes');
  });

  it('names all who have a part in one field, and how it was combined', () => {
    const both = receipt(
      { summary: 'merged', authors: 'merged' },
      made(2, ben, 'summary', 'authors'),
      made(3, chloe, 'summary'),
    );
    expect(said(both).slice(1)).toEqual([
      'Your Authors and Ben Berger’s Authors were combined entry by entry.',
      'Your Summary, Ben Berger’s Summary and Chloé Caron’s Summary were combined word by word.',
    ]);
  });

  it('[H5] calls the own other tab by its name', () => {
    const own = receipt({ pages: 'mine', title: 'theirs', summary: 'merged' }, made(3, ana, 'title', 'summary'));
    expect(said(own).slice(1)).toEqual([
      'Your Pages was combined with the Title that you saved in another tab.',
      'Your Summary and the one that you saved in another tab were combined word by word.',
    ]);
    expect(withWords(own, nameOf)).toBe('your own changes');
  });

  it('a name that begins like "you" is a name', () => {
    const yousef = { id: 'y', name: 'youssef' };
    expect(withWords(receipt({ title: 'theirs' }, made(3, yousef, 'title')), nameOf)).toBe('youssef’s changes');
  });
});

describe('[M4] what became of its undo', () => {
  const of = receipt({ pages: 'mine', title: 'theirs' }, made(3, ben, 'title'));
  const undone = (outcome: Restored, typed: string[] = []) =>
    undoneWords({ resource: books, nameOf: who, typed }, of, outcome);

  it('says what stands now, and where to find the rest', () => {
    expect(undone({ kind: 'restored', version: 5 })).toBe(
      'Undone: version 5 is as Ben Berger left it. What you had saved is version 4 in the history.',
    );
    expect(undone({ kind: 'restored', version: 7 }, ['pages'])).toBe(
      'Undone: version 7 has Pages as in version 3. What you had saved is version 4 in the history. What you typed in Pages stays in your form, not saved.',
    );
    expect(undone({ kind: 'unchanged' })).toBe('Nothing to undo: it stands as before already.');
  });

  it('says who has changed it again, and why else it was not done', () => {
    const stale = { current: {}, changes: [made(5, chloe, 'pages')] } as unknown as Stale;
    expect(undone({ kind: 'stale', stale })).toBe('Not undone: Chloé Caron has changed Pages again since.');
    expect(undone({ kind: 'failed', detail: 'The server cannot be reached.', issues: [] })).toBe(
      'Not undone: The server cannot be reached.',
    );
  });
});
