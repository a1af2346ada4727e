import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wordDiff } from './word-diff.js';

describe('what differs between two texts', () => {
  test('is told word by word', () => {
    expect(wordDiff('the quick brown fox', 'the slow brown fox jumps')).toEqual([
      { kind: 'same', text: 'the' },
      { kind: 'gone', text: ' quick' },
      { kind: 'come', text: ' slow' },
      { kind: 'same', text: ' brown fox' },
      { kind: 'come', text: ' jumps' },
    ]);
  });

  test('leaves out nothing of either', () => {
    const prose = fc
      .array(fc.constantFrom('a', 'b', ' ', '\n', 'word', '\t'), { maxLength: 40 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(prose, prose, (before, after) => {
        const pieces = wordDiff(before, after);
        const without = (kind: string) =>
          pieces
            .filter((piece) => piece.kind !== kind)
            .map(({ text }) => text)
            .join('');
        expect([without('come'), without('gone')]).toEqual([before, after]);
      }),
      { numRuns: 3_000 },
    );
  });

  test('[S3] is bounded: texts that would cost too much to compare stand one after the other', () => {
    const before = 'a '.repeat(9_999);
    expect(wordDiff(before, `x${before}`)).toHaveLength(2);
  });
});
