import { describe, expect, test } from 'vitest';
import { etagOf, isOlder, quoted, readEtag, readPrecondition } from './etag.js';

const epoch = '0a1b2c3d4e5f';
const read = (header: string | undefined) => readPrecondition(header, epoch);

describe('a precondition', () => {
  test('is the record’s own tag, which names its version', () => {
    const etag = etagOf(12, epoch);
    expect(read(quoted(etag))).toEqual({ kind: 'based', etag, version: 12 });
  });

  test.each([
    ['weakened by a proxy that compresses', 'W/"12-0a1b2c3d4e5f"'],
    ['without its quotes', '12-0a1b2c3d4e5f'],
    ['with blanks around it', '  "12-0a1b2c3d4e5f" '],
  ])('is accepted %s', (_, header) => {
    expect(read(header)).toEqual({ kind: 'based', etag: '12-0a1b2c3d4e5f', version: 12 });
  });

  test.each([[undefined], [''], ['  ']])('[V3] is missing where nothing was sent: %j', (header) => {
    expect(read(header)).toEqual({ kind: 'missing' });
  });

  test('[V4] * names no version and counts as missing', () => {
    expect(read('*')).toEqual({ kind: 'missing' });
    expect(read(' * ')).toEqual({ kind: 'missing' });
  });

  test.each([
    ['a list', '"12-0a1b2c3d4e5f", "13-0a1b2c3d4e5f"'],
    ['a list without blanks', '"12-0a1b2c3d4e5f","13-0a1b2c3d4e5f"'],
    ['a list in one pair of quotes', '"12-0a1b2c3d4e5f,13-0a1b2c3d4e5f"'],
    ['* in a list', '*, "12-0a1b2c3d4e5f"'],
    ['a weak *', 'W/*'],
    ['half a pair of quotes', '"12-0a1b2c3d4e5f'],
    ['quotes in quotes', '""12-0a1b2c3d4e5f""'],
  ])('is malformed as %s: a write has one base', (_, header) => {
    expect(read(header).kind).toBe('malformed');
  });

  test.each([
    ['of another epoch', '"12-ffffffffffff"'],
    ['of an epoch that ours begins', '"12-0a1b2c3d4e5f0"'],
    ['without an epoch', '"12"'],
    ['without a version', '"-0a1b2c3d4e5f"'],
    ['of version 0', '"0-0a1b2c3d4e5f"'],
    ['of a negative version', '"-1-0a1b2c3d4e5f"'],
    ['of no whole version', '"1.5-0a1b2c3d4e5f"'],
    ['with a zero before it', '"012-0a1b2c3d4e5f"'],
    ['with an endless version', `"${'9'.repeat(40)}-0a1b2c3d4e5f"`],
    ['of nobody', '""'],
  ])('[V2] fits no version as a tag %s', (_, header) => {
    expect(read(header)).toMatchObject({ kind: 'based', version: null });
  });

  test('tells its version and its epoch, where it is ours', () => {
    expect(readEtag(etagOf(12, epoch))).toEqual({ version: 12, epoch });
    expect(readEtag('garbage')).toBeNull();
  });

  test('is older than a later one of its log, and than none of another', () => {
    expect([isOlder('9-a', '10-a'), isOlder('10-a', '9-a'), isOlder('9-a', '9-a')]).toEqual([true, false, false]);
    expect([isOlder('9-a', '10-b'), isOlder('garbage', '10-a'), isOlder('9-a', 'garbage')]).toEqual([
      ...[false, false, false],
    ]);
  });
});
