import { expect, test } from 'vitest';
import { createEncoder, textFrame } from './frame.js';

test('a frame names its length in as few bytes as the RFC allows', () => {
  const head = (length: number) => [
    ...textFrame('x'.repeat(length)).subarray(0, textFrame('x'.repeat(length)).length - length),
  ];
  expect(head(0)).toEqual([0x81, 0]);
  expect(head(125)).toEqual([0x81, 125]);
  expect(head(126)).toEqual([0x81, 126, 0, 126]);
  expect(head(65_535)).toEqual([0x81, 126, 255, 255]);
  expect(head(65_536)).toEqual([0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]);
});

test('the length counts bytes, and what no UTF-8 can hold goes out escaped', () => {
  const encode = createEncoder();
  const payload = (message: string) => encode(message).subarray(2).toString('utf8');
  expect(payload('Œuvre 📚')).toBe('a["Œuvre 📚"]');
  expect(encode('Œuvre 📚')[1]).toBe(Buffer.byteLength('a["Œuvre 📚"]'));
  expect(payload('\ud83d "\n')).toBe('a["\\ud83d \\"\\n"]');
});

test('one message is framed once for all its readers', () => {
  const encode = createEncoder();
  const first = encode('{"type":"rt-change"}');
  expect(encode('{"type":"rt-change"}')).toBe(first);
  expect(encode('{"type":"rt-other!"}')).not.toBe(first);
  expect(encode('{"type":"rt-change"}')).toEqual(first);
});
