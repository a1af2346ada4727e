import type { Body } from '@stet/protocol';

/** A book with something in every field. */
export const fullBook = {
  title: 'The Fellowship of the Ring',
  subtitle: 'Being the first part of The Lord of the Rings',
  authors: ['J.R.R. Tolkien', 'Christopher Tolkien'],
  isbn10: '0261102354',
  isbn13: '9780261102354',
  publisher: 'Allen & Unwin',
  publishedYear: 1954,
  language: 'eng',
  pages: 423,
  series: 'The Lord of the Rings, #1',
  subjects: ['Fantasy', 'Middle-earth', 'Rings'],
  summary: 'In ancient times the Rings of Power were crafted by the Elven-smiths.\n\nAnd so on.',
  notes: 'Check the map.',
  status: 'review',
} satisfies Body;
