import { el, type Markup } from './markup.js';

/** The first cell of a row names it. */
export function tableOf(
  caption: string,
  head: readonly string[] | null,
  rows: ReadonlyArray<readonly string[]>,
): Markup {
  const cells = (row: readonly string[]) =>
    row.map((cell, place) => (place === 0 ? el('th', { scope: 'row' }, cell) : el('td', {}, cell)));
  return el(
    'table',
    {},
    el('caption', {}, caption),
    head
      ? el(
          'thead',
          {},
          el('tr', {}, ...head.map((name) => el(name === '' ? 'td' : 'th', name === '' ? {} : { scope: 'col' }, name))),
        )
      : null,
    el('tbody', {}, ...rows.map((row) => el('tr', {}, ...cells(row)))),
  );
}
