import { describe, expect, it } from 'vitest';
import { readScenario } from './read.js';

const read = (text: string) => {
  const answer = readScenario(text, 'my-own');
  if (answer.kind === 'wrong') throw new Error(answer.errors.join('\n'));
  return answer.scenario;
};
const errorsOf = (text: string): string[] => {
  const answer = readScenario(text, 'my-own');
  return answer.kind === 'wrong' ? answer.errors : [];
};

describe('a file that is right', () => {
  it('can be as short as a story', () => {
    const scenario = read(`
steps:
  - ana: open book-1
  - ben: type book-1 title "Dune"
  - ana: 'create book-9 {"title": "Emma"}'
  - ben: open book-9
  - server: kill server
`);
    expect(scenario.name).toBe('my-own');
    expect(Object.keys(scenario.editors)).toEqual(['ana', 'ben']);
  });

  it('has times in words, and records by number, in a list or by name', () => {
    const scenario = read(`
name: mine
people: [{ count: 3, every: 1.5s }]
duration: 1m
faults: { delay: [5ms, 20ms], skew: 2s }
events: [{ at: 300ms, do: kill server }]
`);
    expect(scenario).toMatchObject({
      name: 'mine',
      records: 5,
      duration: 60_000,
      faults: { delay: [5, 20], skew: 2_000 },
    });
    expect(scenario.people[0]?.every).toBe(1_500);
    expect(read('records: [{ title: " Dune " }]\nsteps: [{ ana: save book-1 }]').records).toEqual([{ title: 'Dune' }]);
    expect(read('records: { dune: { title: Dune } }\nsteps: [{ ana: save dune }]').records).toEqual({
      dune: { title: 'Dune' },
    });
  });
});

describe('a file that is wrong is told with its line, what is wrong and what is allowed', () => {
  it.each<[string, string, RegExp]>([
    ['what is no YAML', 'name: a\nsteps: [ana', /^line 2: /],
    ['two things of one name', 'name: a\nname: b', /^line 2: .*unique/],
    [
      'a step whose colon reads as YAML',
      'steps:\n  - ana: create book-9 {"title": "Emma"}',
      /^line 2: .*single quotes/,
    ],
    [
      'a name that is not known',
      'people:\n  - cuont: 3',
      /^line 2: cuont: is not known here; what is: name, count, pages/,
    ],
    ['a role', 'people:\n  - role: boss', /^line 2: role: must be one of viewer, editor, manager/],
    ['a weight', 'people:\n  - weights:\n      opne: 3', /^line 3: opne: is not known here; what is: open, type/],
    ['no weight', 'people:\n  - weights: { open: 0 }', /^line 2: weights: must have a weight above 0/],
    ['a time', 'duration: soon\npeople: [{}]', /^line 1: duration: must be a time such as 300ms/],
    ['a number', 'nodes: 9\npeople: [{}]', /^line 1: nodes: must be at most 5/],
    ['a kind', 'people: 5', /^line 1: people: must be a list/],
    ['delays', 'people: [{}]\nfaults:\n  delay: [2s, 1s]', /^line 3: delay: must have the shorter time first/],
    [
      'a field of a record',
      'people: [{}]\nrecords:\n  - title: Dune\n    titel: Dune',
      /^line 4: titel: is not a field.*fields are title/,
    ],
    ['a record without what it must have', 'people: [{}]\nrecords: [{ pages: 5 }]', /^line 2: title: is required/],
    ['records', 'people: [{}]\nrecords: many', /^line 2: records: must be a number of records/],
    ['no records for people', 'people: [{}]\nrecords: {}', /^line 2: records: must be one or more/],
    ['fields to type into', 'people:\n  - fields: [title, isbn13]', /^line 2: fields: isbn13 must be one of title/],
    [
      'an editor',
      'editors: { ana: {} }\nsteps:\n  - anna: save book-1',
      /^line 3: anna: is not there; there are ana, server/,
    ],
    [
      'a record',
      'steps:\n  - ana: open book-1\n  - ana: open book-6',
      /^line 3: ana: book-6 is not there; there are book-1, /,
    ],
    [
      'a field in a step',
      'steps:\n  - ana: type book-1 titel "Dune"',
      /^line 2: ana: titel is not a field; fields are title/,
    ],
    ['a word in a number', 'steps:\n  - ana: add book-1 pages "w1"', /^line 2: ana: takes a value and no word/],
    ['a step', 'steps:\n  - ana: opne book-1', /^line 2: ana: begins with "opne"/],
    ['two in one step', 'steps:\n  - ana: leave\n    ben: leave', /^line 2: steps: must be one thing/],
    ['a server', 'people: [{}]\nevents:\n  - at: 1s\n    do: kill server 2', /^line 4: do: there is 1 server/],
    ['a user', 'people: [{}]\nevents: [{ at: 1s, do: take zoe }]', /^line 2: do: zoe is not there; there are ana/],
    [
      'who is two things at once',
      'users: { ana: viewer }\neditors:\n  ana: { role: editor }\nsteps: [{ ana: leave }]',
      /^line 3: role: must be viewer/,
    ],
    [
      'a server as an editor',
      'editors:\n  server: {}\nsteps: [{ server: kill server }]',
      /^line 2: server: is no name/,
    ],
    ['nothing at all', '', /^must be a set of names/],
    ['nothing to do', 'name: idle', /^nothing happens/],
    ['nobody who writes', 'people: [{ role: viewer }]', /^nobody may write/],
    [
      'more than a machine holds',
      'people: [{ count: 2000, every: 1ms }]\nduration: 1m',
      /would do about 120000000 things/,
    ],
  ])('%s', (_, text, told) => {
    expect(errorsOf(text).join('\n')).toMatch(told);
  });

  it('a record that is not there can be meant', () => {
    expect(errorsOf('absent: [book-9]\nsteps: [{ ana: open book-9 }]')).toEqual([]);
  });

  it('many faults are told as some', () => {
    const told = errorsOf(`steps:\n${'  - ana: opne book-1\n'.repeat(100)}`);
    expect(told).toHaveLength(21);
    expect(told.at(-1)).toBe('and 80 more');
  });
});

describe('[S3] a file that means harm costs little', () => {
  it('one that is too long is not read', () => {
    expect(errorsOf(`name: ${'a'.repeat(1_100_000)}`)).toEqual([expect.stringMatching(/is longer than 1048576/)]);
  });

  it('much made of little', () => {
    const doubled = Array.from({ length: 30 }, (_, index) => `a${index + 1}: &a${index + 1} [*a${index}, *a${index}]`);
    expect(errorsOf(`a0: &a0 [lol]\n${doubled.join('\n')}`)).toEqual([expect.stringMatching(/alias/i)]);
  });

  it('one that is nested without end', () => {
    expect(errorsOf(`name: ${'['.repeat(20_000)}`).length).toBeGreaterThan(0);
    expect(errorsOf(`name: ${'['.repeat(5_000)}${']'.repeat(5_000)}`).length).toBeGreaterThan(0);
  });

  it('names that reach an object prototype', () => {
    const { records } = read('people: [{}]\nrecords:\n  - title: Dune\n    __proto__: { pages: 3 }');
    expect(records).toEqual([{ title: 'Dune' }]);
    expect(errorsOf('people: [{}]\nrecords:\n  - title: Dune\n    constructor: 3').join()).toMatch(
      /line 4: constructor/,
    );
  });
});
