// @vitest-environment happy-dom
import { createStet, type Draft, type StetModel } from '@stet/client';
import { books, emptyBody, type Field, type StetRecord } from '@stet/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FieldInput } from './field-input.js';

// A record, its draft and one input, with nobody on the line: what others save is told to the record directly.

let model: StetModel;
let draft: Draft;
let input: HTMLTextAreaElement;
let shown: FieldInput;

const at = (version: number, fields: Partial<Record<string, string | number>>): StetRecord =>
  ({
    ...emptyBody(books),
    id: '7',
    version,
    etag: `${version}-e`,
    createdAt: '',
    updatedAt: '',
    createdBy: 'ana',
    updatedBy: 'ana',
    title: 'Solaris',
    ...fields,
  }) as StetRecord;

const theySave = (version: number, fields: Record<string, string | number>): void => {
  model.meet({ kind: 'read', record: at(version, fields) });
  shown.show();
};
const type = (text: string): void => {
  input.value = text;
  input.dispatchEvent(new Event('input'));
};
const compose = (kind: 'start' | 'end'): boolean => input.dispatchEvent(new Event(`composition${kind}`));

beforeEach(async () => {
  const stet = createStet({ base: '/api', workspace: 'catalogue', user: { id: 'ana', name: 'Ana' }, socket: '/rt' });
  model = stet.record(books, '7');
  model.meet({ kind: 'read', record: at(1, { summary: 'It was dark.' }) });
  draft = await stet.drafts.open(model);
  input = document.createElement('textarea');
  document.body.append(input);
  shown = new FieldInput(draft, 'summary', books.fields.summary as Field, input);
});

afterEach(() => {
  shown.remove();
  input.remove();
});

describe('an input and what others save', () => {
  it('[C2] follows while nobody has typed in it', () => {
    theySave(2, { summary: 'It was night.' });
    expect(input.value).toBe('It was night.');
  });

  it('[C2] keeps the caret where it was in the text that follows', () => {
    input.focus();
    input.setSelectionRange(3, 6);
    theySave(2, { summary: 'Then: It was dark.' });
    expect(input.value.slice(input.selectionStart, input.selectionEnd)).toBe('was');
  });

  it('[C1] never alters what was typed', () => {
    type('mine');
    theySave(2, { summary: 'theirs' });
    expect(input.value).toBe('mine');
    expect(draft.isTouched('summary')).toBe(true);
  });

  it('[C1] leaves a composition alone, and counts it as typed from its start', () => {
    input.focus();
    compose('start');
    input.value = 'It was dark.に';
    input.dispatchEvent(new Event('input'));
    theySave(2, { summary: 'theirs' });
    expect(input.value).toBe('It was dark.に');
    compose('end');
    expect(draft.get('summary')).toBe('It was dark.に');
    expect(draft.baseVersion).toBe(1);
  });

  it('lets go of a composition that came to nothing', () => {
    input.focus();
    compose('start');
    compose('end');
    expect(draft.isDirty).toBe(false);
  });

  it('[C1] puts nothing under the caret of somebody who typed their way back, until they leave', () => {
    input.focus();
    type('It was dark. And');
    theySave(2, { summary: 'theirs' });
    type('It was dark.');
    shown.show();
    expect(input.value).toBe('It was dark.');
    input.blur();
    expect(input.value).toBe('theirs');
    expect(draft.isDirty).toBe(false);
  });

  it('counts a value that is typed back over one that had followed', () => {
    draft.edit('notes', 'mine');
    theySave(2, { summary: 'theirs' });
    type('It was dark.');
    expect(draft.isTouched('summary')).toBe(true);
  });

  it('keeps blanks at the end while the person is in the field, and shows the stored form afterwards', () => {
    input.focus();
    type('It was dark.  ');
    shown.show();
    expect(input.value).toBe('It was dark.  ');
    expect(draft.isDirty).toBe(false);
    input.blur();
    expect(input.value).toBe('It was dark.');
  });
});
