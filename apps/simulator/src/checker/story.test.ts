import { describe, expect, it } from 'vitest';
import type { HistoryEvent, Op, Result, Unstamped } from '../history/event.js';
import { check } from './check.js';
import { story } from './story.js';

const none = { n: null, tag: null };

/** The times are milliseconds. */
const historyOf = (...told: Array<[number, Unstamped]>): HistoryEvent[] =>
  told.map(([at, event]) => ({ at, ...event }) as HistoryEvent);

const run = (store: 'stet' | 'tutorial'): Unstamped => ({
  ...{ kind: 'run', format: 1, store, scenario: 'told', seed: 1, transport: 'http' },
  ...{ mode: 'network', workspace: 'catalogue' },
});

const asks = (call: number, editor: string, op: Op): Unstamped => ({ kind: 'invoke', call, editor, op, key: null });
const gets = (call: number, result: Result): Unstamped => ({ kind: 'result', call, result });

const tellOf = (events: readonly HistoryEvent[]): string[] => {
  const verdict = check(events);
  return verdict.holds ? [] : story(verdict.broken[0] as (typeof verdict.broken)[number], events);
};

describe('a story', () => {
  const first = { title: 'Dune', publisher: 'Ace' };

  it('[V2] tells of a whole form that carries an old value over somebody’s save', () => {
    const events = historyOf(
      [0, run('tutorial')],
      [1_100, asks(1, 'ana', { do: 'read', record: 'book-1' })],
      [1_104, gets(1, { is: 'ok', version: none, fields: first })],
      [1_110, asks(2, 'ben', { do: 'read', record: 'book-1' })],
      [1_113, gets(2, { is: 'ok', version: none, fields: first })],
      [1_150, { kind: 'typed', editor: 'ana', record: 'book-1', field: 'title', value: 'Dune Messiah' }],
      [1_160, { kind: 'typed', editor: 'ben', record: 'book-1', field: 'publisher', value: 'Gollancz' }],
      [
        1_204,
        asks(3, 'ana', {
          do: 'update',
          record: 'book-1',
          set: { ...first, title: 'Dune Messiah' },
          typed: ['title'],
          base: null,
        }),
      ],
      [1_206, gets(3, { is: 'ok', version: none, fields: null })],
      [
        1_210,
        asks(4, 'ben', {
          do: 'update',
          record: 'book-1',
          set: { ...first, publisher: 'Gollancz' },
          typed: ['publisher'],
          base: null,
        }),
      ],
      [1_213, gets(4, { is: 'ok', version: none, fields: null })],
      [1_300, asks(5, 'ana', { do: 'read', record: 'book-1' })],
      [1_302, gets(5, { is: 'ok', version: none, fields: { title: 'Dune', publisher: 'Gollancz' } })],
    );
    expect(tellOf(events)).toMatchInlineSnapshot(`
      [
        "At 1.100 s ana opened book-1 and saw it (title "Dune").",
        "At 1.110 s ben opened book-1 and saw it (title "Dune").",
        "At 1.204 s ana saved book-1 (title "Dune Messiah"; the whole form was sent, with 1 field that was not touched) and was told: saved.",
        "At 1.210 s ben saved book-1 (publisher "Gollancz"; the whole form was sent, with 1 field that was not touched, title: "Dune") and was told: saved.",
        "At 1.300 s ana opened book-1 and saw it (title "Dune").",
        "So ana saved "Dune Messiah" as title of book-1 and was told so, and it is gone, overwritten by ben, who had never typed there.",
        "This breaks V2. A save goes through only on top of what its author has seen: nobody’s saved work is overwritten unseen.",
      ]
    `);
  });

  it('[V2] tells of two saves on one version', () => {
    const version = (n: number) => ({ n, tag: `${n}-x` });
    const save = (title: string): Op => ({
      do: 'update',
      record: 'book-1',
      set: { title },
      typed: ['title'],
      base: version(3),
    });
    const events = historyOf(
      [0, run('stet')],
      [1_204, asks(1, 'ana', save('Dune'))],
      [1_212, asks(2, 'ben', save('Emma'))],
      [1_215, gets(1, { is: 'ok', version: version(4), fields: { title: 'Dune' } })],
      [1_220, gets(2, { is: 'ok', version: version(5), fields: { title: 'Emma' } })],
    );
    expect(tellOf(events)).toMatchInlineSnapshot(`
      [
        "At 1.204 s ana saved book-1 (title "Dune", based on version 3) and, at 1.215 s, was told: saved as version 4.",
        "At 1.212 s ben saved book-1 (title "Emma", based on version 3) and, at 1.220 s, was told: saved as version 5.",
        "So ben saved book-1 based on version 3, though ana had made version 4 of it, and was told: saved as version 5.",
        "This breaks V2. A save goes through only on top of what its author has seen: nobody’s saved work is overwritten unseen.",
      ]
    `);
  });

  it('is not told of people who have seen what they replace', () => {
    const put = (title: string): Op => ({
      do: 'update',
      record: 'book-1',
      set: { title },
      typed: ['title'],
      base: null,
    });
    const typed = (editor: string, value: string): Unstamped => ({
      kind: 'typed',
      editor,
      record: 'book-1',
      field: 'title',
      value,
    });
    const done: Result = { is: 'ok', version: none, fields: null };
    const events = historyOf(
      [0, run('tutorial')],
      [1, typed('ana', 'Dune')],
      [2, asks(1, 'ana', put('Dune'))],
      [3, gets(1, done)],
      [4, asks(2, 'ben', { do: 'read', record: 'book-1' })],
      [5, gets(2, { is: 'ok', version: none, fields: { title: 'Dune' } })],
      [6, typed('ben', 'Emma')],
      [7, asks(3, 'ben', put('Emma'))],
      [8, gets(3, done)],
      [9, { kind: 'stands', record: 'book-1', version: none, fields: { title: 'Emma' } }],
    );
    expect(check(events)).toMatchObject({ holds: true, passed: { 'lost-update': 1 } });
  });
});
