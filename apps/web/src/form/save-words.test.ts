import type { DraftState } from '@stet/client';
import { books, problem, type Receipt } from '@stet/protocol';
import { describe, expect, it } from 'vitest';
import { type SaveSaid, saveWords } from './save-words.js';
import { who } from './words.js';

const ben = { id: 'ben', name: 'Ben Berger' };
const said = (state: DraftState, touched: string[] = [], more: Partial<SaveSaid> = {}) =>
  saveWords({
    resource: books,
    state,
    touched,
    notKept: null,
    receipt: null,
    nameOf: who,
    isNew: false,
    newest: null,
    isGone: false,
    canWrite: true,
    ...more,
  });
const invalid = (...errors: Array<{ path: string; message: string }>) => problem('invalid', undefined, { errors });

describe('[C6] the save state in words', () => {
  it('names what is unsaved, and no more than fits', () => {
    expect(said({ kind: 'unsaved' }, ['title', 'pages'])).toBe('Unsaved changes in Title, Pages');
    expect(said({ kind: 'unsaved' }, ['title', 'pages', 'notes', 'series', 'summary'])).toBe(
      'Unsaved changes in Title, Pages, Notes and 2 more',
    );
  });

  it('says where the role has gone that could save it', () => {
    expect(said({ kind: 'unsaved' }, ['title'], { canWrite: false })).toBe(
      'Not saved: your role allows no changes any more. What you typed is kept here',
    );
    expect(said({ kind: 'clean' }, [], { canWrite: false })).toBe('No changes');
  });

  it('tells where the edit stands', () => {
    expect(said({ kind: 'clean' })).toBe('No changes');
    expect(said({ kind: 'clean' }, [], { isNew: true })).toBe('New book, nothing typed yet');
    expect(said({ kind: 'saving' }, ['title'])).toBe('Saving…');
    expect(said({ kind: 'saved', version: 12 })).toBe('Saved as version 12');
    expect(said({ kind: 'retrying', why: 'busy' }, ['title'])).toBe(
      'Not saved yet: the server is not ready; trying again',
    );
    expect(said({ kind: 'retrying', why: 'unreachable' }, ['title'])).toBe(
      'Not saved yet: the server cannot be reached; trying again',
    );
    expect(said({ kind: 'saved', version: 12 }, [], { newest: 12 })).toBe('Saved as version 12');
    expect(said({ kind: 'saved', version: 12 }, [], { newest: 14 })).toBe(
      'Saved as version 12; version 14 has come in since',
    );
    expect(said({ kind: 'orphaned', by: ben, at: '' }, ['title'], { isGone: true })).toBe(
      'Not saved: this book was deleted. What you typed is kept here',
    );
    expect(said({ kind: 'orphaned', by: ben, at: '' }, [], { isGone: true })).toBe('This book was deleted');
  });

  it('[M4] says of a combined save that it was one', () => {
    const made = { version: 11, etag: 'e', action: 'update', by: ben, at: '', fields: ['title'] } as const;
    const receipt: Receipt = {
      base: 10,
      version: 12,
      with: [{ ...made, fields: [...made.fields] }],
      fields: { title: 'theirs', pages: 'mine' },
      undo: { method: 'POST', path: '', headers: { 'if-match': '' }, body: { version: 11 } },
    };
    expect(said({ kind: 'saved', version: 12 }, [], { receipt })).toBe(
      'Saved as version 12, combined with Ben Berger’s changes',
    );
    expect(said({ kind: 'saved', version: 13 }, [], { receipt })).toBe('Saved as version 13');
  });

  it('says why it was not saved', () => {
    const one = invalid({ path: 'pages', message: 'must be a whole number' });
    expect(said({ kind: 'failed', problem: one }, ['pages'])).toBe('Not saved: Pages must be a whole number');
    const two = invalid({ path: 'title', message: 'is required' }, { path: 'authors.1', message: 'must not be empty' });
    expect(said({ kind: 'failed', problem: two }, ['title'])).toBe('Not saved: Title is required, and 1 more');
    const away = problem('unavailable', 'The server cannot be reached. What you typed is here; save again.');
    expect(said({ kind: 'failed', problem: away }, ['title'])).toBe('Not saved: the server cannot be reached');
    expect(said({ kind: 'failed', problem: problem('unauthenticated') }, ['title'])).toBe(
      'Not saved: nobody is signed in',
    );
  });

  it('says where the device does not keep it, and why', () => {
    expect(said({ kind: 'unsaved' }, ['title'], { notKept: 'it is full' })).toBe(
      'Unsaved changes in Title. Not kept on this device: it is full',
    );
  });
});
