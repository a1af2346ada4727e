import { describe, expect, it } from 'vitest';
import { carried } from './caret.js';

/** A text with its selection between `[` and `]`. */
const marked = (text: string) => {
  const start = text.indexOf('[');
  return { text: text.replace(/[[\]]/g, ''), selection: { start, end: text.indexOf(']') - 1 } };
};

describe('a selection under a text that is replaced', () => {
  it.each([
    ['stays behind what was put before it', 'It was []dark.', 'NEW It was []dark.'],
    ['stays before what was put behind it', 'It []was', 'It []was dark'],
    ['keeps what it selected', 'The [rain] fell', 'And the heavy rain fell: the [rain] fell'],
    ['keeps what it selected while words before it go', 'A very dark [night]', 'A [night]'],
    ['is as long as what is left of it', 'a[bcd]e', 'a[]e'],
    ['stands at the end of a text that is gone', 'abc[]', '[]'],
    ['does not move when nothing does', 'ab[c]d', 'ab[c]d'],
  ])('%s', (_, before, after) => {
    const [old, now] = [marked(before), marked(after)];
    expect(carried(old.text, now.text, old.selection)).toEqual(now.selection);
  });
});
