import { choice, integer, line, list, set, text } from '../field.js';
import { defineResource } from '../resource.js';
import { mendBook } from './books-mend.js';
import { compactIsbn, isbn13Of, isIsbn10, isIsbn13 } from './isbn.js';

// A book in the catalogue. Form, list, routes, search, merge and import are drawn from this file.

export const books = defineResource({
  name: 'books',
  label: { one: 'book', many: 'books' },
  title: 'title',
  access: { read: 'viewer', write: 'editor', withheld: { field: 'status', is: 'withheld', from: 'editor' } },
  fields: {
    title: line({ label: 'Title', max: 500, required: true, sort: true, search: true }),
    subtitle: line({ label: 'Subtitle', max: 500, search: true }),
    authors: list({
      label: 'Authors',
      help: 'One to a line, in the order of the title page',
      max: 300,
      most: 100,
      sort: true,
      search: true,
      headers: ['author', 'creator', 'creators', 'by'],
    }),
    isbn10: line({
      label: 'ISBN-10',
      max: 20,
      search: true,
      clean: compactIsbn,
      check: (value) => (isIsbn10(value) ? null : 'is not valid: its check digit does not fit'),
      headers: ['isbn'],
    }),
    isbn13: line({
      label: 'ISBN-13',
      max: 20,
      search: true,
      clean: compactIsbn,
      check: (value) => (isIsbn13(value) ? null : 'is not valid: its check digit does not fit'),
      headers: ['ean'],
    }),
    publisher: line({ label: 'Publisher', max: 300, search: true, headers: ['imprint'] }),
    publishedYear: integer({
      label: 'Year',
      help: 'Of first publication; before our era with a minus',
      from: -5000,
      to: 2200,
      sort: true,
      headers: ['published', 'year', 'publication year', 'original publication year', 'date'],
    }),
    language: line({
      label: 'Language',
      help: 'A code such as eng, en-GB or ara',
      max: 35,
      filter: true,
      check: (value) =>
        /^[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$/.test(value) ? null : 'is not a language code such as eng or en-GB (BCP 47)',
      headers: ['language code', 'lang'],
    }),
    pages: integer({ label: 'Pages', from: 1, to: 100_000, headers: ['page count', 'num pages', 'extent'] }),
    series: line({ label: 'Series', max: 300, search: true }),
    subjects: set({
      label: 'Subjects',
      help: 'One to a line',
      max: 200,
      most: 200,
      filter: true,
      search: true,
      headers: ['subject', 'topics', 'tags', 'keywords'],
    }),
    summary: text({ label: 'Summary', max: 20_000, headers: ['description', 'abstract'] }),
    notes: text({ label: 'Notes', help: 'For colleagues', max: 20_000 }),
    status: choice({
      label: 'Status',
      help: 'What is withheld is not shown to viewers',
      choices: { draft: 'Draft', review: 'In review', ready: 'Ready', published: 'Published', withheld: 'Withheld' },
      filter: true,
    }),
  },
  together: [['isbn10', 'isbn13']],
  check: ({ isbn10, isbn13 }) =>
    typeof isbn10 === 'string' && typeof isbn13 === 'string' && isbn13Of(isbn10) !== isbn13
      ? [{ path: 'isbn13', message: `does not belong to the ISBN-10: that would be ${isbn13Of(isbn10)}` }]
      : [],
  idHeaders: ['id', 'book_id', 'record id', 'control number'],
  mend: mendBook,
});
