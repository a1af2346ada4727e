import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { list, text } from './field.js';
import { checkBody, parseFields } from './input.js';
import { type Body, defineResource, emptyBody } from './resource.js';
import { books } from './resources/books.js';

const read = (input: unknown) => parseFields(books, input);
const value = (input: unknown) => {
  const parsed = read(input);
  if (parsed.kind !== 'ok') throw new Error(`Refused: ${JSON.stringify(parsed.issues)}`);
  return parsed.value;
};
/** The paths of what was refused. */
const refused = (input: unknown) => {
  const parsed = read(input);
  return parsed.kind === 'invalid' ? parsed.issues.map(({ path }) => path) : [];
};

describe('the stored form', () => {
  test('is trimmed, composed, and of one kind of line break', () => {
    expect(value({ title: ' \u00a0Bronte\u0308\t', notes: 'a\r\nb\rc\n', authors: [' Émile  Zola '] })).toEqual({
      title: 'Brontë',
      notes: 'a\nb\nc',
      authors: ['Émile  Zola'],
    });
  });

  test('has one form of "no value" for each field, whether nothing, null or blanks were sent', () => {
    for (const nothing of ['', null, ' \n ']) expect(value({ subtitle: nothing })).toEqual({ subtitle: null });
    expect(value({ isbn10: '--' })).toEqual({ isbn10: null });
    expect(value({ authors: null, subjects: null, pages: null, status: null, summary: '' })).toEqual({
      authors: [],
      subjects: [],
      pages: null,
      status: 'draft',
      summary: null,
    });
  });

  test('of a set is sorted and holds nothing twice; of a list it keeps order and repetition', () => {
    expect(value({ subjects: ['b', 'a ', 'b', 'a'], authors: ['b', 'a', 'b'] })).toEqual({
      subjects: ['a', 'b'],
      authors: ['b', 'a', 'b'],
    });
  });

  test('of an ISBN has no hyphens', () => {
    expect(value({ isbn10: '0-439-65548-x', isbn13: '978-0-439-65548-4' })).toEqual({
      isbn10: '043965548X',
      isbn13: '9780439655484',
    });
  });

  test('names what was sent and nothing else', () => {
    expect(value({})).toEqual({});
    expect(Object.keys(value({ pages: 5 }))).toEqual(['pages']);
  });

  test('is read as itself once more', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.string({
        unit: fc.constantFrom(' ', '\n', '\r', '\t', 'e', '\u0301', '\u0327', 'ﬁ', '각', '-', '1', 'X', '\ufeff'),
      }),
    );
    const fields = fc.record(
      {
        ...{ title: texts, summary: texts, isbn10: texts, language: texts },
        ...{ authors: fc.array(texts), subjects: fc.array(texts), publishedYear: fc.integer() },
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fields, (input) => {
        const once = read(input);
        if (once.kind === 'ok') expect(read(once.value)).toEqual(once);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('[S3] refused with a path', () => {
  test.each<[string, unknown, string[]]>([
    ['a number for a text', { title: 5 }, ['title']],
    ['a text for a number', { pages: '5' }, ['pages']],
    ['a number with a fraction', { pages: 1.5 }, ['pages']],
    ['a number beyond all bounds', { pages: 100_001, publishedYear: -5001 }, ['publishedYear', 'pages']],
    ['a truth for a text', { title: true }, ['title']],
    ['a text for a list', { authors: 'Jane Austen' }, ['authors']],
    ['an entry that is none', { authors: ['Jane', null, ''] }, ['authors.1', 'authors.2']],
    ['an object for a text', { title: { toString: 'x' } }, ['title']],
    ['a field that the resource does not know', { titel: 'x' }, ['titel']],
    ['names that every object has', { toString: 'x', hasOwnProperty: 'y' }, ['toString', 'hasOwnProperty']],
    ['__proto__', JSON.parse('{"title":"x","__proto__":{"title":"y"}}'), ['__proto__']],
    ['constructor', { constructor: { prototype: {} } }, ['constructor']],
    ['prototype', { prototype: {} }, ['prototype']],
    ['half of a surrogate pair', { title: 'a\ud800b' }, ['title']],
    ['the other half', { authors: ['\udc00'] }, ['authors.0']],
    ['U+0000', { notes: 'a\u0000b' }, ['notes']],
    ['another control character', { title: 'a\u001bb' }, ['title']],
    ['a second line in a line', { title: 'a\nb' }, ['title']],
    ['a value that is no choice', { status: 'constructor' }, ['status']],
    ['a wrong check digit', { isbn10: '0439023484', isbn13: '9780439023480' }, ['isbn10', 'isbn13']],
    ['a language that is none', { language: 'English' }, ['language']],
    ['a list', [], ['']],
    ['nothing', null, ['']],
    ['a text', 'title', ['']],
  ])('%s', (_, input, paths) => {
    expect(refused(input)).toEqual(paths);
  });

  test.each<[unknown, string]>([
    [{ title: 5 }, 'title must be a text'],
    [{ notes: {} }, 'notes must be a text'],
    [{ pages: '5' }, 'pages must be a whole number from 1 to 100000'],
    [{ pages: 1e300 }, 'pages must be a whole number from 1 to 100000'],
    [{ authors: 'Jane Austen' }, 'authors must be a list of texts'],
    [{ subjects: [true] }, 'subjects.0 must be a text'],
    [{ status: 5 }, 'status must be one of draft, review, ready, published, withheld'],
    [{ isbn10: '0439023484' }, 'isbn10 is not valid: its check digit does not fit'],
    [{ isbn13: '9780439023480' }, 'isbn13 is not valid: its check digit does not fit'],
  ])('%j: in words that read on from the name of the field', (input, told) => {
    const parsed = read(input);
    expect(parsed.kind === 'invalid' && parsed.issues.map(({ path, message }) => `${path} ${message}`)).toEqual([told]);
  });

  test('a title of 2 MB, before anything is made of it', () => {
    expect(refused({ title: 'x'.repeat(2_000_000) })).toEqual(['title']);
    expect(refused({ summary: `e${'\u0301\u0327'.repeat(1_000_000)}` })).toEqual(['summary']);
  });

  test('more marks on one letter than any script has: composing them takes the square of their number', () => {
    expect(refused({ summary: `e${'\u0301'.repeat(31)}` })).toEqual(['summary']);
    expect(refused({ summary: `e${'\u0301'.repeat(30)}` })).toEqual([]);
  });

  test('JSON of 5,000 levels', () => {
    const deep: unknown = JSON.parse('['.repeat(5_000) + ']'.repeat(5_000));
    expect(refused({ title: deep, authors: deep, pages: deep })).toEqual(['title', 'authors.0', 'pages']);
    expect(value({ id: deep })).toEqual({});
  });

  test('endless lists, with no more complaints than a person reads', () => {
    expect(refused({ authors: Array(100_000).fill('a') })).toEqual(['authors']);
    expect(refused({ authors: Array(100).fill('') })).toHaveLength(50);
    const unknown = Object.fromEntries(Array.from({ length: 10_000 }, (_, place) => [`f${place}`, 1]));
    expect(refused(unknown)).toHaveLength(50);
    expect(refused({ ['x'.repeat(1_000_000)]: 1 })[0]?.length).toBeLessThanOrEqual(100);
  });
});

test('what the server keeps about a record is ignored where a client sends it back', () => {
  const envelope = { id: 5, version: 'x', etag: null, createdAt: {}, updatedAt: [], createdBy: 1, updatedBy: 2 };
  expect(value({ ...envelope, title: 'Emma' })).toEqual({ title: 'Emma' });
});

test('what was refused leaves no trace in the prototype of anything', () => {
  refused(JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'));
  expect('polluted' in {}).toBe(false);
});

describe('a whole record', () => {
  const issues = (fields: Body) => checkBody(books, { ...emptyBody(books), ...fields }).map(({ path }) => path);

  test('needs what is required', () => {
    expect(issues({ title: null })).toEqual(['title']);
    expect(issues({ title: 'Emma' })).toEqual([]);
  });

  test('has ISBNs that belong together', () => {
    expect(issues({ title: 'x', isbn10: '0439023483', isbn13: '9780439023481' })).toEqual([]);
    expect(issues({ title: 'x', isbn10: '0439023483', isbn13: '9780439655484' })).toEqual(['isbn13']);
    expect(issues({ title: 'x', isbn13: '9780439655484' })).toEqual([]);
  });

  test('of any resource: a required list needs an entry, and a required text a character', () => {
    const lists = defineResource({
      ...{ name: 'lists', label: { one: 'list', many: 'lists' }, title: 'of' },
      access: { read: 'viewer', write: 'editor' },
      fields: {
        of: text({ label: 'Of', max: 10, required: true }),
        entries: list({ label: 'Entries', max: 10, most: 5, required: true }),
      },
    });
    expect(checkBody(lists, { of: null, entries: [] }).map(({ path }) => path)).toEqual(['of', 'entries']);
    expect(checkBody(lists, { of: 'a', entries: ['b'] })).toEqual([]);
  });
});
