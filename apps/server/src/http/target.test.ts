import { expect, test } from 'vitest';
import { pathOf } from './target.js';

test('a path stays as it is, an absolute form is brought to its path, and anything else is none', () => {
  expect(['/', '/api/me?a=%', '//x', '/\\'].map(pathOf)).toEqual(['/', '/api/me?a=%', '//x', '/\\']);
  expect(pathOf('http://stet.test/api/me?a=b')).toBe('/api/me?a=b');
  expect(pathOf('HTTPS://stet.test')).toBe('/');
  expect(
    ['', '*', 'x', 'http://', 'http://[::1/a', 'http://:99999999/a', 'ftp://x/', 'javascript:1'].map(pathOf),
  ).toEqual(Array.from({ length: 8 }, () => null));
});
