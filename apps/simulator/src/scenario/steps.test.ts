import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choices } from '../editors/editor.js';
import type { Action, ServerEvent } from './plan.js';
import { eventText, parseEvent, parseStep, sentenceOf, stepText } from './steps.js';

const said = (text: string) => {
  const read = parseStep(text);
  return read.kind === 'ok' ? read.said : read.what;
};

describe('what editors do, in words', () => {
  it.each<[string, Action]>([
    ['open book-1', { do: 'open', record: 'book-1' }],
    [
      'type book-1 title "Dune"',
      { do: 'type', record: 'book-1', field: 'title', value: { as: 'value', value: 'Dune' } },
    ],
    ['type book-1 pages 412', { do: 'type', record: 'book-1', field: 'pages', value: { as: 'value', value: 412 } }],
    [
      'add book-1 summary "w17"',
      { do: 'type', record: 'book-1', field: 'summary', value: { as: 'word', word: 'w17', at: 1 } },
    ],
    [
      'add book-1 summary "two words" at 0.5',
      { do: 'type', record: 'book-1', field: 'summary', value: { as: 'word', word: 'two words', at: 0.5 } },
    ],
    ['save book-1', { do: 'save', record: 'book-1' }],
    ['choose book-1 mine', { do: 'choose', record: 'book-1', how: 'mine' }],
    ['delete book-1', { do: 'delete', record: 'book-1' }],
    ['restore book-1', { do: 'restore', record: 'book-1', version: null }],
    ['restore book-1 3', { do: 'restore', record: 'book-1', version: 3 }],
    ['create book-9 {"title":"Emma"}', { do: 'create', record: 'book-9', fields: { title: 'Emma' } }],
    ['go offline', { do: 'offline' }],
    ['come back', { do: 'online' }],
    ['reload', { do: 'reload' }],
    ['reconnect', { do: 'reconnect' }],
    ['look at book-1', { do: 'look', record: 'book-1' }],
    ['leave', { do: 'leave' }],
    ['close book-1', { do: 'close', record: 'book-1' }],
    ['wait 2s', { do: 'wait', for: { for: 'time', ms: 2_000 } }],
    ['wait for version 3 of book-1', { do: 'wait', for: { for: 'version', record: 'book-1', version: 3 } }],
    ['wait for a question on book-1', { do: 'wait', for: { for: 'question', record: 'book-1' } }],
    ['wait until live', { do: 'wait', for: { for: 'live' } }],
  ])('%s', (text, action) => {
    expect(said(text)).toEqual(action);
    expect(stepText(action)).toBe(text);
  });

  it('a step may have its time before it', () => {
    expect(parseStep('at 300ms save book-1')).toEqual({ kind: 'ok', at: 300, said: { do: 'save', record: 'book-1' } });
    expect(parseStep(' at 1.5 s  save  book-1 ')).toMatchObject({ kind: 'ok', at: 1_500 });
    expect(stepText({ do: 'leave' }, 61_000)).toBe('at 61s leave');
    expect(sentenceOf({ who: 'ana', action: { do: 'leave' } })).toBe('ana: leave');
    expect(sentenceOf({ who: null, event: { do: 'kill', node: 1 } })).toBe('server: kill server 2');
  });

  it('says what a step must read like', () => {
    expect(said('type book-1 title')).toBe('must read: type <record> <field> <value>');
    expect(said('type book-1 title Dune')).toMatch(/^Dune must be a value as in JSON: "Dune"/);
    expect(said('add book-1 summary "w" at 2')).toMatch(/^2 must be a place from 0/);
    expect(said('choose book-1 ours')).toBe('ours must be one of mine, theirs, fields, combine, copy, discard');
    expect(said('restore book-1 zero')).toMatch(/^zero must be a version/);
    expect(said('wait 3 weeks')).toMatch(/^must read: wait <time>, or wait for version/);
    expect(said('at noon save book-1')).toMatch(/^begins with "at", .*open <record>/);
    expect(said('at 5 save book-1')).toMatch(/^5 must be a time/);
    expect(said('tpye book-1 title "Dune"')).toMatch(
      /^begins with "tpye", which is nothing that can be done; .*type <record>/,
    );
    expect(said('')).toMatch(/nothing that can be done/);
    expect(said('open ../etc')).toMatch(/must be the name of a record/);
  });
});

describe('what befalls the server, in words', () => {
  it.each<[string, ServerEvent]>([
    ['kill server', { do: 'kill', node: 0 }],
    ['kill server 2', { do: 'kill', node: 1 }],
    ['restart server', { do: 'restart', node: 0 }],
    ['kill redis', { do: 'kill-redis' }],
    ['restart redis', { do: 'restart-redis' }],
    ['pause redis 5s', { do: 'pause-redis', ms: 5_000 }],
    ['give vic viewer', { do: 'access', user: 'vic', role: 'viewer' }],
    ['take vic', { do: 'access', user: 'vic', role: null }],
  ])('%s', (text, event) => {
    expect(parseEvent(text)).toEqual({ kind: 'ok', at: null, said: event });
    expect(eventText(event)).toBe(text);
  });

  it('people count servers from 1', () => {
    expect(parseEvent('kill server 0')).toEqual({ kind: 'wrong', what: '0 must be the number of a server, such as 2' });
    expect(parseEvent('kill server 1')).toEqual(parseEvent('kill server'));
  });
});

// Values as JSON has them: what is typed went through it.
const value = fc.jsonValue().map((any) => JSON.parse(JSON.stringify(any)) as unknown);
const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._~-]{0,20}$/);
const field = fc.stringMatching(/^[A-Za-z]\w{0,10}$/);
const ms = fc.integer({ min: 0, max: 100_000_000 }).map((thousandths) => thousandths / 1_000);
const place = fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs);
const version = fc.integer({ min: 1, max: 99_999 });
const action = fc.oneof(
  fc.record({ do: fc.constantFrom('open', 'close', 'save', 'delete', 'look'), record: name }),
  fc.record({ do: fc.constantFrom('leave', 'offline', 'online', 'reload', 'reconnect') }),
  fc.record({
    do: fc.constant('create'),
    record: name,
    fields: fc.dictionary(field, value, { noNullPrototype: true }),
  }),
  fc.record({
    do: fc.constant('type'),
    record: name,
    field,
    value: fc.oneof(
      fc.record({ as: fc.constant('value'), value }),
      fc.record({ as: fc.constant('word'), word: fc.string({ unit: 'binary' }), at: place }),
    ),
  }),
  fc.record({ do: fc.constant('choose'), record: name, how: fc.constantFrom(...choices) }),
  fc.record({ do: fc.constant('restore'), record: name, version: fc.option(version) }),
  fc.record({
    do: fc.constant('wait'),
    for: fc.oneof(
      fc.record({ for: fc.constant('time'), ms }),
      fc.record({ for: fc.constant('version'), record: name, version }),
      fc.record({ for: fc.constant('question'), record: name }),
      fc.record({ for: fc.constant('live') }),
    ),
  }),
) as fc.Arbitrary<Action>;

it('whatever can be done reads back as it was written, at whatever time', () => {
  fc.assert(
    fc.property(action, fc.option(ms), (done, at) => {
      expect(parseStep(stepText(done, at))).toEqual({ kind: 'ok', at, said: done });
    }),
  );
});

it('no text is too odd to be answered', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('', 'type ', 'wait for ', 'at 1s '), (text, start) => {
      for (const read of [parseStep(start + text), parseEvent(start + text)])
        expect(['ok', 'wrong']).toContain(read.kind);
    }),
  );
});
