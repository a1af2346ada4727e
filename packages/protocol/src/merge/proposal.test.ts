import { describe, expect, test } from 'vitest';
import type { Value } from '../field.js';
import { books } from '../resources/books.js';
import { proposal } from './proposal.js';

const propose = (name: string, base: Value, mine: Value, theirs: Value) => {
  const field = books.fields[name];
  if (!field) throw new Error(name);
  return proposal(field, base, mine, theirs);
};

describe('what a person combines by hand from', () => {
  test.each<[Value, Value, Value, Value]>([
    ['a word here', 'a wort here', 'a ward here', 'a wort ward here'],
    ['one two three four', 'ONE two 3 four', 'one two drei four', 'ONE two 3 drei four'],
    [null, 'mine', 'theirs', 'mine theirs'],
    ['first\nlast', 'first\nmine\nlast', 'first\ntheirs\nlast', 'first\nmine\ntheirs\nlast'],
  ])('has the words of both, where %j became %j and %j', (base, mine, theirs, both) => {
    expect(propose('summary', base, mine, theirs)).toBe(both);
  });

  test('has the entries of both, each once', () => {
    expect(propose('authors', ['a'], ['a', 'x'], ['a', 'y', 'x'])).toEqual(['a', 'x', 'y']);
  });

  test('is nothing for values that can only replace each other', () => {
    expect(propose('pages', 1, 2, 3)).toBeNull();
    expect(propose('title', 'a', 'b', 'c')).toBeNull();
  });
});
